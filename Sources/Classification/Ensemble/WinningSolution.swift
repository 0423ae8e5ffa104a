import Plotting

/// The models of the solution that won the SIIM-ISIC melanoma classification challenge in 2020, as its authors published them.
///
/// Areas under the ROC curve: cross-validated on all years' images and on those of 2020, and on the challenge's private and public
/// test images. Source: Q. Ha, B. Liu, F. Liu, "Identifying melanoma images using EfficientNet ensemble" (2020), table 2.
enum WinningSolution {
    /// Which of the four areas is meant.
    enum Column: String, CaseIterable, Sendable, Codable {
        case cvAll, cv2020
        case privateTest = "private"
        case publicTest = "public"
    }

    /// One model of the solution.
    struct Model: Sendable {
        var net: String
        var classes: Int
        var resize: String
        var usesMetadata: Bool
        var learningRate: Double
        var epochs: Int
        var areas: [Double]

        init(_ net: String, _ classes: Int, _ resize: String, meta: Bool = false, _ learningRate: Double, _ epochs: Int, _ areas: [Double])
        {
            self.net = net
            self.classes = classes
            self.resize = resize
            usesMetadata = meta
            self.learningRate = learningRate
            self.epochs = epochs
            self.areas = areas
        }

        /// The area in a column.
        func area(_ column: Column) -> Double { areas[Column.allCases.firstIndex(of: column) ?? 0] }
    }

    /// The eighteen models.
    static let models: [Model] = [
        Model("B3", 9, "768/512", meta: true, 3e-5, 18, [0.9762, 0.9300, 0.9305, 0.9182]),
        Model("B4", 9, "768/640", 3e-5, 15, [0.9767, 0.9400, 0.9299, 0.9342]),
        Model("B4", 9, "768/768", 3e-5, 15, [0.9771, 0.9408, 0.9264, 0.9251]),
        Model("B4", 9, "768/640", meta: true, 3e-5, 15, [0.9765, 0.9408, 0.9302, 0.9221]),
        Model("B4", 9, "1024/896", 2e-5, 15, [0.9744, 0.9390, 0.9320, 0.9281]),
        Model("B4", 9, "512/448", 3e-5, 15, [0.9748, 0.9307, 0.9213, 0.9002]),
        Model("B5", 9, "512/384", meta: true, 3e-5, 15, [0.9752, 0.9329, 0.9167, 0.9350]),
        Model("B5", 9, "768/640", 1.5e-5, 15, [0.9771, 0.9428, 0.9291, 0.9216]),
        Model("B5", 4, "768/640", 1.5e-5, 15, [0.9765, 0.9384, 0.9362, 0.9260]),
        Model("B5", 9, "512/448", 3e-5, 15, [0.9751, 0.9397, 0.9363, 0.9387]),
        Model("B6", 9, "768/640", 3e-5, 15, [0.9756, 0.9444, 0.9408, 0.9283]),
        Model("B6", 9, "768/576", 3e-5, 15, [0.9761, 0.9443, 0.9266, 0.9245]),
        Model("B6", 9, "512/448", 3e-5, 15, [0.9742, 0.9383, 0.9261, 0.9154]),
        Model("B7", 9, "512/384", meta: true, 3e-5, 15, [0.9748, 0.9394, 0.9193, 0.9170]),
        Model("B7", 9, "768/576", 1e-5, 15, [0.9764, 0.9432, 0.9260, 0.9271]),
        Model("B7", 9, "768/640", 1e-5, 15, [0.9754, 0.9440, 0.9304, 0.9115]),
        Model("SE_X101", 9, "768/640", 3e-5, 15, [0.9739, 0.9428, 0.9295, 0.9337]),
        Model("Nest101", 9, "768/640", 2e-5, 15, [0.9728, 0.9396, 0.9320, 0.9267]),
    ]

    /// What the authors' ensemble of all eighteen reached.
    static let ensemble = [0.9845, 0.9600, 0.9490, 0.9442]

    /// The ensemble's area in a column.
    static func ensembleArea(_ column: Column) -> Double { ensemble[Column.allCases.firstIndex(of: column) ?? 0] }

    /// What each model is called in figures: its place and its net.
    static let names = models.enumerated().map { "\($0 + 1) \($1.net)" }

    /// The recorded table, the ensemble last.
    static var table: Table {
        let columns = ["model", "net", "classes", "resize", "metadata", "learningRate", "epochs"] + Column.allCases.map(\.rawValue)
        var rows: [[Table.Value]] = models.enumerated().map { index, model in
            [
                .text(names[index]), .text(model.net), .integer(model.classes), .text(model.resize),
                .text(model.usesMetadata ? "yes" : "no"),
                .number(model.learningRate), .integer(model.epochs),
            ] + model.areas.map { .number($0) }
        }
        rows.append([.text("ensemble"), .none, .none, .none, .none, .none, .none] + ensemble.map { .number($0) })
        return Table("recorded", columns: columns, rows: rows)
    }
}
