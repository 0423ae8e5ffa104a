import CResources
import Engine
import Kernels

/// Data that travel in the program, with the formula and priors that suit them.
struct RegressionBuiltin: Sendable {
    var name: String
    var formula: String
    var standardises = false
    var positive = ""
    var priorMean = [0.0]
    var priorSd = [10.0]

    /// The file's bytes.
    var bytes: [UInt8] {
        let (start, size): (UnsafePointer<UInt8>, Int) =
            switch name {
            case "bioassay": (wb_resource_bioassay, wb_resource_bioassay_size)
            case "diabetes": (wb_resource_diabetes, wb_resource_diabetes_size)
            case "stackloss": (wb_resource_stackloss, wb_resource_stackloss_size)
            case "visits": (wb_resource_doctor_visits, wb_resource_doctor_visits_size)
            default: (wb_resource_breast_cancer, wb_resource_breast_cancer_size)
            }
        return Array(UnsafeBufferPointer(start: start, count: size))
    }
}

/// Reads what a setup of a regression names.
enum RegressionSource {
    /// Below this many rows none are held out.
    static let fewRows = 20
    /// Up to this many rows two coefficients have their posterior on a grid.
    static let mostGridRows = 500

    /// The table, and the built-in set when it is one.
    static func table(_ setup: Setup, _ builtins: [RegressionBuiltin]) throws -> (DataTable, RegressionBuiltin?) {
        if let input = setup.inputs["data"] { return (try DelimitedText.parse(input.bytes, name: input.name), nil) }
        let name = setup.text("data").isEmpty ? builtins[0].name : setup.text("data")
        guard let builtin = builtins.first(where: { $0.name == name }) else {
            throw UserError("data: the file “\(name)” has not been read", parameter: "data")
        }
        return (try DelimitedText.parse(builtin.bytes, name: name), builtin)
    }

    /// The formula as given, or of `target` and `features`, or the built-in set's own.
    static func formula(_ setup: Setup, _ builtin: RegressionBuiltin?, _ table: DataTable) throws -> Formula {
        let (formula, target) = (setup.text("formula"), trimmed(setup.text("target")))
        let features = setup.text("features").split(separator: ",").map { trimmed(String($0)) }.filter { !$0.isEmpty }
        if !formula.allSatisfy(\.isWhitespace) {
            guard target.isEmpty, features.isEmpty else {
                throw UserError("formula: give either a formula, or target and features; both are set", parameter: "formula")
            }
            return try Formula(formula)
        }
        if !target.isEmpty {
            for name in [target] + features { _ = try table.index(name) }
            guard !features.contains(target) else {
                throw UserError("features: “\(target)” is the target; expected other columns", parameter: "features")
            }
            return Formula(target: target, features: features)
        }
        guard features.isEmpty else { throw UserError("target: no column; expected the one that features predict", parameter: "target") }
        guard let builtin else {
            throw UserError("formula: none; expected one such as “y ~ x1 + x2”, or the column to predict as target", parameter: "formula")
        }
        return try Formula(builtin.formula)
    }

    private static func trimmed(_ text: String) -> String {
        var slice = text[...]
        while let first = slice.first, first.isWhitespace { slice.removeFirst() }
        while let last = slice.last, last.isWhitespace { slice.removeLast() }
        return String(slice)
    }

    /// The known standard deviation of a linear model's noise; nil when it is to be estimated.
    static func noise(_ setup: Setup, _ family: RegressionFamily) throws -> Double? {
        guard family == .linear else { return nil }
        let noise = setup.real("noise")
        guard noise >= 0, noise.isFinite else {
            throw UserError("noise: \(noise) is refused; expected a standard deviation above 0, or 0 to estimate it", parameter: "noise")
        }
        return noise > 0 ? noise : nil
    }

    /// The priors: what is given, else the built-in set's own with its own formula, else N(0, 10²).
    static func prior(
        _ setup: Setup, _ builtin: RegressionBuiltin?, _ data: RegressionData, _ family: RegressionFamily
    ) throws -> RegressionPrior {
        let own = setup.text("formula").isEmpty && setup.text("target").isEmpty ? builtin : nil
        func numbers(_ name: String, _ usual: [Double]) throws -> [Double] {
            let given = try setup.list(name)
            let numbers = given.isEmpty ? usual : given
            guard numbers.count == 1 || numbers.count == data.names.count else {
                throw UserError(
                    "\(name): \(numbers.count) numbers; expected one, or one for each of the \(data.names.count) coefficients",
                    parameter: name)
            }
            return numbers.count == 1 ? [Double](repeating: numbers[0], count: data.names.count) : numbers
        }
        let (means, sds) = (try numbers("priorMean", own?.priorMean ?? [0]), try numbers("priorSd", own?.priorSd ?? [10]))
        if let bad = means.first(where: { !($0.isFinite && abs($0) < 1e100) }) {
            throw UserError("priorMean: \(bad) is refused; expected finite numbers", parameter: "priorMean")
        }
        if let bad = sds.first(where: { !($0 > 1e-100 && $0 < 1e100) }) {
            throw UserError("priorSd: \(bad) is refused; expected standard deviations above 0", parameter: "priorSd")
        }
        var scale = setup.real("scaleSd")
        guard scale >= 0, scale.isFinite else {
            throw UserError("scaleSd: \(scale) is refused; expected a scale above 0, or 0 for the usual one", parameter: "scaleSd")
        }
        if scale == 0 {
            let y = data.training.response
            let mean = y.reduce(0, +) / Double(y.count)
            let spread = (y.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(y.count)).squareRoot()
            scale = family == .linear && spread > 0 ? spread : 1
        }
        return RegressionPrior(isLaplace: setup.choice("prior") == "laplace", means: means, sds: sds, scale: scale)
    }
}
