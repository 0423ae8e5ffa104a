import Engine
import Plotting
import Surface
import Terminal

/// Something that happened, which may change what the screen shows.
public enum Action: Sendable {
    /// A key was pressed.
    case keyPressed(Key)
    /// Text was pasted.
    case textPasted(String)
    /// The mouse was used on what the last frame had there.
    case mouseUsed(Mouse, on: [Region])
    /// The terminal has a new size.
    case resized(columns: Int, rows: Int)
    /// The session shown has these panes from now on, live or replayed.
    case sessionOpened([Card], FileState, ReplayState?)
    /// A pane's state arrived.
    case snapshotTaken(pane: Int, PaneSnapshot)
    /// What was wished of a pane was done.
    case performed(pane: Int, Event.Kind)
    /// What was wished of a pane was refused.
    case refused(pane: Int, Event.Kind, String)
    /// The replay stands elsewhere.
    case replayMoved(ReplayPlace)
    /// A pane's run and its pinned ones stand side by side.
    case compared(Comparison)
    /// What a pane gave, another (or the same) goes on with.
    case handedOver(from: Int, to: Int, String)
    /// In a branch: what a pane's figure became in the parent session, which forked at a step.
    case parentTaken(pane: Int, Figure, fork: Int)
    /// Somebody is here for the first time.
    case welcomed
    /// The replay has been played ahead as far as this, in seconds; going there is instant.
    case replayPrepared(Double)
    /// A seek takes its time, or is done.
    case seeking(Bool)
    /// The session is looked at as the journal says.
    case viewRecalled(String)
    /// The file the session is kept in changed, or how well it can be written.
    case fileChanged(FileState)
    /// Something was done that has nothing else to show for it.
    case succeeded(String)
    /// Something that is no pane's could not be done.
    case failed(String)
    /// Work that takes a while has come so far; nil when it is over.
    case progressed(String, Double?)
    /// An installation has come so far.
    case installing(String)
    /// An installation is over: done, stopped (with an empty sentence), or failed and why.
    case installed(name: String, failure: String?)
    /// Time passed.
    case timePassed
}

/// Where a replay stands.
public struct ReplayPlace: Sendable, Hashable {
    /// Seconds since the session began.
    public var time: Double
    /// The last mark passed.
    public var mark: String?
    /// The first digest that differed, in one sentence.
    public var divergence: String?
    /// Digests compared so far.
    public var verified: Int
}

/// Something wished of the world, which the model itself cannot do.
public enum Effect: Sendable, Hashable {
    /// Do this to a pane.
    case perform(pane: Int, Event.Kind)
    /// Give a pane another experiment.
    case choose(pane: Int, experiment: String)
    /// Set a pane's parameters as a preset of its experiment says; an empty name means every default.
    case preset(pane: Int, name: String)
    /// Give a pane everything back as it was.
    case configure(pane: Int, Configuration)
    /// Give what a pane found to another experiment.
    case handOver(pane: Int, HandoffCard, to: Int)
    /// Take one step.
    case step(pane: Int)
    /// Mark this moment.
    case mark(String)
    /// Bring everything to the disk.
    case save
    /// Go on in a new file.
    case saveAs(String)
    /// Open a session.
    case open(String)
    /// Write a pane's figure, its data or its results to a file.
    case export(pane: Int, figure: String, view: PlotView, ExportFormat, path: String)
    /// Show a pane's run beside its pinned ones.
    case compare(pane: Int)
    /// Write the session so far as an asciicast.
    case exportSession(path: String)
    /// Put text on the terminal's clipboard.
    case copy(String)
    /// Replay the live session from its beginning.
    case replaySession
    /// Go to a time of the replay.
    case seek(Double)
    /// Go to where a pane of the replay stood at a step.
    case seekStep(pane: Int, step: Int)
    /// Go some events on, or back.
    case seekEvents(Int)
    /// Go some marks on, or back.
    case seekMarks(Int)
    /// Take the replay over.
    case branch
    /// Go back to the live session.
    case leaveReplay
    /// Get what is called so.
    case install(String)
    /// Stop getting it.
    case stopInstalling
    /// Report the mouse or not.
    case setMouse(Bool)
    /// Draw everything anew.
    case redraw
    /// Stop as the shell's Ctrl-Z does.
    case suspend
    /// End with this exit status.
    case quit(Int32)
}
