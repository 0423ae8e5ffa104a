import Engine

extension ClassifierAblation {
    /// What the experiment says of itself.
    public static let card = Card(
        id: "classifier.ablation", title: "Ablation",
        summary: "Which choices mattered: arms against a baseline, trained live or on record, paired where they can be, copies flagged",
        parameters: comparison + switches + columns, results: results, tables: tableCards, figures: figureCards,
        handoffs: [
            HandoffCard("predictions", "Out-of-fold predictions in the metrics", to: "classifier.metrics"),
            HandoffCard("ensemble", "Out-of-fold predictions in an ensemble", to: "classifier.ensemble"),
            HandoffCard("orientations", "The folds' models in all orientations", to: "classifier.predict"),
        ],
        citation:
            "Ha, Liu & Liu 2020; Kingma & Ba 2015; Nadeau & Bengio 2003; Welch 1947; Holm 1979; digits: Alpaydin & Kaynak 1998",
        stepName: "step", presets: ClassificationPresets.ablation)

    private static let comparison: [Parameter] = [
        .file(
            "data", "digits", builtins: ["digits", "melanoma"],
            "Images or a CSV to train on; melanoma, or a CSV with a row for each arm, fold and seed: measurements on record"),
        .text(
            "arms", "",
            "The arms, comma-separated: variants such as no-cosine, or name: switch=value switch=value; the usual ones when empty"),
        .text(
            "metric", "", .live,
            "The metric compared; the first when empty (trained: auc of the best epoch, aucLast, aucTest; melanoma: auc, auc2020)"),
        .text("baseline", "", .live, "The arm the others are compared with; “baseline”, or the first, when empty"),
        .choice("interval", ["plain", "corrected"], .live, "Whether paired intervals allow for folds that share training rows"),
        .real("level", 0.95, in: 0.5...0.999, step: 0.01, .live, "Level of the intervals"),
        .text("shown", "", .live, "The arm whose curves and schedule are shown; the one in training when empty"),
        .text("positive", "", "The class whose score is judged; digits: 8"),
        .integer("folds", 5, in: 2...50, "Folds, stratified by class, of whole groups where there are groups"),
        .integer("repeats", 2, in: 1...20, "Networks a fold, each from a seed of its own"),
    ]

    private static let switches: [Parameter] = [
        .choice(
            "model", ["auto", "logistic", "network", "convolution"], "What is trained; auto: a convolution on images, a network on tables"),
        .integer("size", 0, in: 0...64, "Side of the images as the network sees them; 0: as they are"),
        .integer("channels", 8, in: 1...64, "Channels of the first convolution; the second has twice as many"),
        .integer("hidden", 64, in: 1...1024, log: true, "Units of the hidden layer"),
        .flag("metadata", true, "Whether the network sees the metadata columns"),
        .choice("labels", ["detailed", "binary"], "Whether it learns all classes, or only positive or not"),
        .flag("external", true, "Whether the external rows are trained on"),
        .integer(
            "pretraining", 8, in: 0...500, unit: "epochs", "Pre-training on rows of its own, on all classes, in the baseline's manner"),
        .integer("epochs", 25, in: 1...500, "Times that the training rows are gone through"),
        .integer("batch", 32, in: 1...4096, log: true, "Rows a batch"),
        .real("rate", 0.005, in: 1e-6...1, step: 0.1, log: true, "Peak of Adam's learning rate"),
        .real("warmup", 1, in: 0...500, step: 0.5, unit: "epochs", "Linear climb to the peak"),
        .flag("cosine", true, "Whether the rate then falls as half a cosine; else it stays"),
        .real("dropout", 0.3, in: 0...0.95, step: 0.05, "Share of the head's inputs left out"),
        .integer("dropoutCopies", 5, in: 1...50, "Masks of dropout that each row's output is averaged over"),
        .real("smoothing", 0.05, in: 0...0.9, step: 0.01, "Label smoothing: the share of each target spread over all classes"),
        .real("shift", 0.5, in: 0...8, step: 0.5, unit: "pixels", "Greatest random shift of an image"),
        .real("rotation", 10, in: 0...180, step: 5, unit: "degrees", "Greatest random rotation"),
        .real("noise", 0.1, in: 0...10, step: 0.05, "Random noise, in standard deviations of the inputs"),
        .integer("cutout", 1, in: 0...64, unit: "pixels", "Side of a random square set to zero"),
        .flag("classWeights", false, "Whether rare classes weigh as much as frequent ones"),
        .real("externalShare", 0.2, in: 0...0.9, step: 0.05, "Share of the rows that is external: trained on, never validated"),
        .real("pretrainingShare", 0.2, in: 0...0.9, step: 0.05, "Share of the rows that is for pre-training alone"),
        .real("testShare", 0.1, in: 0...0.9, step: 0.05, "Share of the rows that is never trained on"),
    ]

    private static let columns: [Parameter] = [
        .choice("rows", ["auto", "train", "measurements"], "What the rows of a CSV are; auto: by its columns"),
        .text("label", "", "Column of classes; found by its name when empty"),
        .text("features", "", "Columns to learn from, comma-separated; all other columns of numbers when empty"),
        .text("metadataColumns", "", "Columns of metadata, comma-separated: seen only where metadata is on"),
        .choice("input", ["auto", "table", "image"], "Whether features are pixels of square images; auto: when they are called pixel…"),
        .text("part", "", "Column with home, external, pretraining or test; drawn by the shares when there is none; - for none"),
        .text("group", "", "Column of groups that stay together; - for none"), .text("id", "", "Column that identifies rows; - for none"),
        .text("metrics", "", "Of measurements: columns of metrics, comma-separated; found by their names when empty"),
        .text("arm", "", "Of measurements: column of arms; found by its name when empty"),
        .text("fold", "", "Column of folds; dealt when there is none; - for none"),
        .text("seed", "", "Of measurements: column of seeds; - for none"),
    ]

    private static let results: [ResultCard] = [
        ResultCard("baseline", "The arm the others are compared with", headline: true),
        ResultCard("metric", "The metric compared", headline: true),
        ResultCard("baselineMean", "Its mean there", headline: true),
        ResultCard("baselineSd", "Its standard deviation over folds and seeds", headline: true),
        ResultCard("best", "The arm with the greatest difference", headline: true),
        ResultCard("bestDelta", "That difference", headline: true), ResultCard("bestLow", "Its interval"),
        ResultCard("bestHigh", "Its interval"), ResultCard("bestP", "Its two-sided p-value"),
        ResultCard("worst", "The arm with the least difference", headline: true),
        ResultCard("worstDelta", "That difference", headline: true), ResultCard("worstLow", "Its interval"),
        ResultCard("worstHigh", "Its interval"), ResultCard("worstP", "Its two-sided p-value"),
        ResultCard("significant", "Arms that differ at the level after Holm's correction", headline: true),
        ResultCard("identical", "Arms that are another over again", headline: true),
        ResultCard("pairing", "How differences were made"), ResultCard("arms", "Arms"), ResultCard("folds", "Folds"),
        ResultCard("metrics", "Metrics there are"), ResultCard("source", "Where the measurements come from"),
        ResultCard("trained", "Arms trained so far", headline: true), ResultCard("training", "The arm in training", headline: true),
        ResultCard("stepsLeft", "Batches that are left", headline: true), ResultCard("positive", "The class whose score is judged"),
        ResultCard("homeRows", "Rows in folds"), ResultCard("externalRows", "Rows that are trained on and never validated"),
        ResultCard("pretrainingRows", "Rows for pre-training alone"), ResultCard("testRows", "Rows that are never trained on"),
    ]

    private static let tableCards: [TableCard] = [
        TableCard("ablation", "Each arm beside the baseline"), TableCard("configurations", "What each arm effectively ran with"),
        TableCard("measurements", "The metric by arm, fold and seed"), TableCard("curves", "Every epoch of every network"),
        TableCard("orientations", "Scores of the test rows by fold and orientation, of the arm shown"),
        TableCard("predictions", "Out-of-fold scores of each row by arm; 1 is the positive class"),
    ]

    private static let figureCards: [FigureCard] = [
        FigureCard("arms", "Arms"), FigureCard("differences", "Differences from the baseline"),
        FigureCard("curves", "Learning curves by fold"), FigureCard("schedule", "Learning rates"),
        FigureCard("configurations", "What each arm changed"),
    ]
}
