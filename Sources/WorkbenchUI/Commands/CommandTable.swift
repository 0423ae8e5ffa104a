extension Command {
    /// Every command, in the order of the help; those with a word for the key bar stand there in this order too.
    public static let all: [Command] = [
        Command(.toggleRun, "Run or pause", ["Space"], .live, .running, bar: "run/pause", "Run the pane's experiment, or pause it"),
        Command(.step, "One step", ["n"], .live, .running, bar: "step", "Take one step while paused"),
        Command(.restart, "Restart", ["r"], .live, .running, bar: "restart", "Go back to step 0 with the same seed"),
        Command(.reseed, "New seed", ["R"], .live, .running, "Go back to step 0 with the next seed"),
        Command(
            .install, "Install a model", ["I"], .live, .running,
            "Fetch the model that the pane's experiment can use, and use it; again stops it"),

        Command(.previousParameter, "Previous parameter", ["Up"], .live, .parameters, bar: "choose", "Choose the parameter above"),
        Command(.nextParameter, "Next parameter", ["Down"], .live, .parameters, bar: "choose", "Choose the parameter below"),
        Command(.decrease, "Decrease", ["Left"], .live, .parameters, bar: "tweak", "Tweak the chosen parameter down"),
        Command(.increase, "Increase", ["Right"], .live, .parameters, bar: "tweak", "Tweak the chosen parameter up"),
        Command(.decreaseMore, "Decrease by ten", ["Shift-Left"], .live, .parameters, "Tweak it down ten times"),
        Command(.increaseMore, "Increase by ten", ["Shift-Right"], .live, .parameters, "Tweak it up ten times"),
        Command(
            .typeValue, "Type a value", ["="], .live, .parameters, bar: "type",
            "Type the chosen parameter's value, or choose it from a list"),
        Command(.resetValue, "Default value", ["d"], .live, .parameters, "Set the chosen parameter to its default"),
        Command(.presets, "Presets", ["E"], .live, .parameters, "Choose a setting worth looking at, or every default again"),
        Command(.undo, "Undo", ["u"], .live, .parameters, bar: "undo", "Take the last parameter change back"),
        Command(.redo, "Redo", ["U"], .live, .parameters, "Make the change taken back again"),

        // Early, so that the key bar has room for it where there is something to give.
        Command(
            .handOver, "Go on with its results", ["g"], .live, .panes, bar: "go on",
            "Give what the pane found to the experiment that goes on with it"),
        Command(.handOverList, "Go on with …", ["G"], .live, .panes, "Choose what of the pane's results goes to which experiment"),
        Command(
            .markItem, "Mark the item shown", ["k"], .live, .panes,
            "Mark the item shown, such as a model, to be given on; or unmark it"),

        Command(.nextFigure, "Next figure", ["f"], .anywhere, .figures, bar: "figure", "Show the pane's next figure"),
        Command(.previousFigure, "Previous figure", ["F"], .anywhere, .figures, "Show the pane's previous figure"),
        Command(.inspect, "Inspect", ["i"], .anywhere, .figures, bar: "inspect", "Read values off the figure with a cross-hair"),
        Command(.zoomIn, "Zoom in", ["+"], .anywhere, .figures, "Draw the x axis out, around the cross-hair or the middle"),
        Command(.zoomOut, "Zoom out", ["-"], .anywhere, .figures, "Draw the x axis together"),
        Command(.panLeft, "Pan left", ["Ctrl-Left", "Alt-Left"], .anywhere, .figures, "Move the view along the x axis to the left"),
        Command(.panRight, "Pan right", ["Ctrl-Right", "Alt-Right"], .anywhere, .figures, "Move the view along the x axis to the right"),
        Command(.autoscale, "Auto-scale", ["a"], .anywhere, .figures, "Show the figure's own ranges again"),
        Command(.logAxis, "Logarithmic y axis", ["l"], .anywhere, .figures, "Put the y axis on a log scale, or back"),
        Command(.logAxisX, "Logarithmic x axis", ["L"], .anywhere, .figures, "Put the x axis on a log scale, or back"),
        Command(.table, "Table", ["t"], .anywhere, .figures, bar: "table", "Show the figure's data as a table, or the figure again"),
        Command(.sortNext, "Sort by the next column", ["]"], .live, .figures, "Sort the table shown by the column to the right"),
        Command(.sortPrevious, "Sort by the previous column", ["["], .live, .figures, "Sort the table shown by the column to the left"),
        Command(.sortReverse, "Sort the other way", ["\\"], .live, .figures, "Put the greatest of the sorted column first, or last"),
        Command(.describe, "Describe", ["D"], .anywhere, .figures, "Say in words what the figure shows"),
        Command(.pageUp, "Scroll up", ["PageUp"], .anywhere, .figures, "Scroll a table or text up, or the results beside a plot"),
        Command(.pageDown, "Scroll down", ["PageDown"], .anywhere, .figures, "Scroll a table or text down, or the results beside a plot"),
        Command(.pin, "Pin", ["p"], .live, .figures, "Keep the run as it stands as a dim curve behind the next ones"),
        Command(
            .compare, "Compare", ["C"], .anywhere, .figures, "Show the run and its pins side by side: what differs in values and results"),
        Command(
            .seeds, "Bands over seeds", ["B"], .live, .figures,
            "Run several seeds side by side: their mean with a band"),
        Command(.unpin, "Unpin", ["P"], .live, .figures, "Let the last pinned run go"),

        Command(.crosshairLeft, "Cross-hair left", ["Left"], .inspecting, .crosshair, bar: "move", "Move the cross-hair left"),
        Command(.crosshairRight, "Cross-hair right", ["Right"], .inspecting, .crosshair, bar: "move", "Move the cross-hair right"),
        Command(.crosshairLeftMore, "Cross-hair far left", ["Shift-Left"], .inspecting, .crosshair, "Move it ten cells left"),
        Command(.crosshairRightMore, "Cross-hair far right", ["Shift-Right"], .inspecting, .crosshair, "Move it ten cells right"),
        Command(.leaveInspection, "Put the cross-hair away", ["Escape"], .inspecting, .crosshair, bar: "done", "Go back to the parameters"),

        Command(.focusPane1, "Pane 1", ["1"], .anywhere, .panes, "Go to the first pane"),
        Command(.focusPane2, "Pane 2", ["2"], .anywhere, .panes, "Go to the second pane"),
        Command(.focusPane3, "Pane 3", ["3"], .anywhere, .panes, "Go to the third pane"),
        Command(.focusPane4, "Pane 4", ["4"], .anywhere, .panes, "Go to the fourth pane"),
        Command(.focusNext, "Next pane", ["Tab"], .anywhere, .panes, bar: "pane", "Go to the next pane"),
        Command(.focusPrevious, "Previous pane", ["Shift-Tab"], .anywhere, .panes, "Go to the previous pane"),
        Command(.zoom, "Zoom", ["z", "Enter"], .anywhere, .panes, bar: "zoom", "Let the pane fill the screen, or show all panes"),
        Command(.chooseExperiment, "Choose experiment", ["e"], .live, .panes, bar: "experiment", "Give the pane another experiment"),

        Command(.playPause, "Play or pause", ["Space"], .replay, .replay, bar: "play/pause", "Let the replay go on, or stop it"),
        Command(.eventBack, "Previous event", ["Left"], .replay, .replay, bar: "event", "Go back to the event before"),
        Command(.eventForward, "Next event", ["Right"], .replay, .replay, bar: "event", "Go on to the next event"),
        Command(.secondsBack, "Ten seconds back", ["Shift-Left"], .replay, .replay, bar: "10 s", "Go back ten seconds"),
        Command(.secondsForward, "Ten seconds on", ["Shift-Right"], .replay, .replay, bar: "10 s", "Go on ten seconds"),
        Command(.slower, "Slower", ["<"], .replay, .replay, bar: "speed", "Play at half the speed"),
        Command(.faster, "Faster", [">"], .replay, .replay, bar: "speed", "Play at twice the speed"),
        Command(.markBack, "Previous mark", ["["], .replay, .replay, bar: "mark", "Go back to the mark before"),
        Command(.markForward, "Next mark", ["]"], .replay, .replay, bar: "mark", "Go on to the next mark"),
        Command(.toStart, "Start", ["Home"], .replay, .replay, "Go to the beginning"),
        Command(.toEnd, "End", ["End"], .replay, .replay, "Go to the end"),
        Command(.goToTime, "Go to a time or step", ["="], .replay, .replay, "Type a time to go to, or #step of the pane"),
        Command(
            .branch, "Branch", ["b"], .replay, .replay, bar: "branch",
            "Take over here: a new live session that names this one as its parent"),
        Command(.leaveReplay, "Leave the replay", ["Escape"], .replay, .replay, bar: "leave", "Go back to the live session, or end"),

        Command(
            .save, "Save", ["s"], .live, .session, bar: "save", "Bring everything to the disk now; it goes there by itself every second"),
        Command(.saveAs, "Save as", ["S"], .live, .session, "Save the session under another name and go on there"),
        Command(.open, "Open", ["o"], .anywhere, .session, "Open a saved session"),
        Command(
            .export, "Export", ["x"], .anywhere, .session, bar: "export",
            "Take the figure, its data or the session away: a file, the clipboard"),
        Command(.replaySession, "Replay this session", ["v"], .live, .session, bar: "replay", "Look at this session from its beginning"),
        Command(.mark, "Mark", ["m"], .live, .session, "Mark this moment with a sentence, for whoever replays the session"),
        Command(
            .palette, "Commands", [":"], .anywhere, .session, bar: "commands",
            "Find any command, experiment, figure or parameter by a few letters"),
        Command(.help, "Help", ["?", "F1"], .anywhere, .session, bar: "help", "Show the keys, and what the experiment is"),
        Command(.redraw, "Redraw", ["Ctrl-L"], .anywhere, .session, "Draw the screen anew"),
        Command(.suspend, "Suspend", ["Ctrl-Z"], .anywhere, .session, "Go to the shell; fg comes back"),
        Command(.toggleMouse, "Mouse on or off", ["M"], .anywhere, .session, "With the mouse off the terminal's own text selection works"),
        Command(.quit, "Quit", ["q"], .anywhere, .session, bar: "quit", "End; everything is kept"),
    ]
}
