import Foundation
import FuzzTargets

/// The target that WORKBENCH_FUZZ names.
private let target: FuzzTarget = {
    let name = ProcessInfo.processInfo.environment["WORKBENCH_FUZZ"] ?? ""
    guard let target = FuzzTarget(rawValue: name) else {
        fatalError("WORKBENCH_FUZZ is “\(name)”; expected one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return target
}()

/// What libFuzzer calls with each input it makes up.
@_cdecl("LLVMFuzzerTestOneInput") public func takeInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    target.take(Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
