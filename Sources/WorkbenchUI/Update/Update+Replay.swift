import Engine
import Foundation
import Terminal

extension Model {
    /// Does a replay's command.
    mutating func runReplay(_ id: Command.ID) -> [Effect] {
        guard var state = replay else { return [] }
        defer { replay = state }
        switch id {
        case .playPause:
            if state.isPlaying {
                state.isPlaying = false
                return []
            }
            state.isPlaying = true
            // From the end it plays from the beginning.
            return state.time >= state.duration ? [.seek(0)] : []
        case .eventBack, .eventForward:
            state.isPlaying = false
            return [.seekEvents(id == .eventForward ? 1 : -1)]
        case .secondsBack, .secondsForward:
            return [.seek(min(max(0, state.time + (id == .secondsForward ? 10 : -10)), state.duration))]
        case .slower: state.speed = ReplayState.speeds.last { $0 < state.speed } ?? state.speed
        case .faster: state.speed = ReplayState.speeds.first { $0 > state.speed } ?? state.speed
        case .markBack, .markForward:
            state.isPlaying = false
            return [.seekMarks(id == .markForward ? 1 : -1)]
        case .toStart:
            state.isPlaying = false
            return [.seek(0)]
        case .toEnd:
            state.isPlaying = false
            return [.seek(state.duration)]
        case .goToTime:
            state.isPlaying = false
            ask(.time, "go to", hint: "minutes:seconds up to \(Self.clock(state.duration)), or #step of this pane")
        case .branch:
            state.isPlaying = false
            return [.branch]
        case .leaveReplay: return state.hasLiveSession ? [.leaveReplay] : [.quit(0)]
        default: break
        }
        return []
    }

    /// A time as hours, minutes and seconds: 1:02:03, 4:05.2.
    static func clock(_ seconds: Double) -> String {
        let tenths = Int((max(0, min(seconds, 1e9)) * 10).rounded(.down))
        let (whole, tenth) = (tenths / 10, tenths % 10)
        func two(_ n: Int) -> String { n < 10 ? "0\(n)" : "\(n)" }
        if whole >= 3600 { return "\(whole / 3600):\(two(whole / 60 % 60)):\(two(whole % 60))" }
        return "\(whole / 60):\(two(whole % 60)).\(tenth)"
    }

    /// Reads a step: #1200, # 1,200 or “step 1200”; nil for anything else.
    static func step(_ text: String) -> Int? {
        let line = text.trimmingCharacters(in: .whitespaces)
        let rest = line.hasPrefix("#") ? line.dropFirst() : line.lowercased().hasPrefix("step") ? line.dropFirst(4) : nil
        guard let digits = rest?.filter({ $0 != "," && $0 != " " }), let step = Int(digits), step >= 0 else { return nil }
        return step
    }

    /// Reads hours:minutes:seconds, minutes:seconds or seconds; nil for anything else.
    static func seconds(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        let numbers = parts.compactMap { $0 }
        guard numbers.count == parts.count, (1...3).contains(numbers.count), numbers.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
            return nil
        }
        return numbers.reduce(0) { $0 * 60 + $1 }
    }
}
