/// One parameter of an experiment, declared once.
public struct Parameter: Sendable {
    /// What values it takes.
    public enum Kind: Sendable {
        /// A finite real number within a range; on a log scale a tweak multiplies instead of adding.
        case real(ClosedRange<Double>, step: Double, isLog: Bool)
        /// A whole number within a range.
        case integer(ClosedRange<Int>, step: Int, isLog: Bool)
        /// One of several names.
        case choice([String])
        /// On or off.
        case flag
        /// Free text; `@file` is read by the engine and the text becomes the file's content.
        case text
        /// Numbers: "1,2,3", "1..6", "@file" (one value a line), "@file.csv:column"; read with `Setup.list`.
        case list
        /// A file whose bytes the experiment wants; "" or one of `builtins` names data of the experiment's own.
        case file(builtins: [String])
        /// Several files, separated by commas or by a pattern such as `chain_*.csv`, as one input (`Input.parts`); "" or one of `builtins` as for `file`.
        case files(builtins: [String])
    }

    /// When a change takes effect.
    public enum Effect: String, Sendable {
        /// At once, while the experiment runs, through `apply`.
        case live
        /// By a restart with the new value.
        case restart
    }

    /// The name in `--set name=value`, camelCase.
    public var name: String
    /// What values it takes.
    public var kind: Kind
    /// The value it has until it is set.
    public var initial: Value
    /// Whether it acts at once or by a restart.
    public var effect: Effect
    /// Its unit; empty when it has none.
    public var unit: String
    /// What it does, in one line.
    public var help: String

    /// A real parameter.
    ///
    /// On a log scale `step` is the factor less one: 0.1 multiplies by 1.1.
    public static func real(
        _ name: String, _ initial: Double, in range: ClosedRange<Double> = -1e300...1e300, step: Double = 0.1, log: Bool = false,
        _ effect: Effect, unit: String = "", _ help: String
    ) -> Parameter {
        Parameter(name: name, kind: .real(range, step: step, isLog: log), initial: .real(initial), effect: effect, unit: unit, help: help)
    }

    /// An integer parameter. On a log scale `step` is ignored and a tweak goes to the next of 1, 2, 5, 10, 20, …
    public static func integer(
        _ name: String, _ initial: Int, in range: ClosedRange<Int>, step: Int = 1, log: Bool = false, _ effect: Effect,
        unit: String = "", _ help: String
    ) -> Parameter {
        Parameter(
            name: name, kind: .integer(range, step: step, isLog: log), initial: .integer(initial), effect: effect, unit: unit, help: help)
    }

    /// A choice among names; the first is the default unless another is given.
    public static func choice(
        _ name: String, _ names: [String], initial: String? = nil, _ effect: Effect, _ help: String
    ) -> Parameter {
        Parameter(name: name, kind: .choice(names), initial: .text(initial ?? names[0]), effect: effect, unit: "", help: help)
    }

    /// An on/off parameter.
    public static func flag(_ name: String, _ initial: Bool, _ effect: Effect, _ help: String) -> Parameter {
        Parameter(name: name, kind: .flag, initial: .flag(initial), effect: effect, unit: "", help: help)
    }

    /// A free text.
    public static func text(_ name: String, _ initial: String, _ effect: Effect, _ help: String) -> Parameter {
        Parameter(name: name, kind: .text, initial: .text(initial), effect: effect, unit: "", help: help)
    }

    /// A list of numbers.
    public static func list(_ name: String, _ initial: String, _ effect: Effect, unit: String = "", _ help: String) -> Parameter {
        Parameter(name: name, kind: .list, initial: .text(initial), effect: effect, unit: unit, help: help)
    }

    /// A real parameter that acts by a restart.
    public static func real(
        _ name: String, _ initial: Double, in range: ClosedRange<Double> = -1e300...1e300, step: Double = 0.1, log: Bool = false,
        unit: String = "", _ help: String
    ) -> Parameter {
        real(name, initial, in: range, step: step, log: log, .restart, unit: unit, help)
    }

    /// An integer parameter that acts by a restart.
    public static func integer(
        _ name: String, _ initial: Int, in range: ClosedRange<Int>, step: Int = 1, log: Bool = false, unit: String = "", _ help: String
    ) -> Parameter {
        integer(name, initial, in: range, step: step, log: log, .restart, unit: unit, help)
    }

    /// A choice that acts by a restart.
    public static func choice(_ name: String, _ names: [String], initial: String? = nil, _ help: String) -> Parameter {
        choice(name, names, initial: initial, .restart, help)
    }

    /// An on/off parameter that acts by a restart.
    public static func flag(_ name: String, _ initial: Bool, _ help: String) -> Parameter { flag(name, initial, .restart, help) }

    /// A free text that acts by a restart.
    public static func text(_ name: String, _ initial: String, _ help: String) -> Parameter { text(name, initial, .restart, help) }

    /// A list of numbers that acts by a restart.
    public static func list(_ name: String, _ initial: String, unit: String = "", _ help: String) -> Parameter {
        list(name, initial, .restart, unit: unit, help)
    }

    /// Files of data, separated by commas, or one of the experiment's own built-in sets.
    public static func files(_ name: String, _ initial: String, builtins: [String] = [], _ help: String) -> Parameter {
        Parameter(name: name, kind: .files(builtins: builtins), initial: .text(initial), effect: .restart, unit: "", help: help)
    }

    /// A file of data, or one of the experiment's own built-in sets.
    public static func file(_ name: String, _ initial: String, builtins: [String] = [], _ help: String) -> Parameter {
        Parameter(name: name, kind: .file(builtins: builtins), initial: .text(initial), effect: .restart, unit: "", help: help)
    }
}

/// A parameter's value.
public enum Value: Sendable, Hashable {
    /// Of a real parameter.
    case real(Double)
    /// Of an integer parameter.
    case integer(Int)
    /// Of a choice, text, list or file parameter.
    case text(String)
    /// Of a flag.
    case flag(Bool)
}

extension Value: CustomStringConvertible {
    /// The value as it would be typed after `--set name=`.
    public var description: String {
        switch self {
        case .real(let x): x == x.rounded() && abs(x) < 1e15 ? String(Int(x)) : String(x)
        case .integer(let n): String(n)
        case .text(let text): text
        case .flag(let on): on ? "on" : "off"
        }
    }
}
