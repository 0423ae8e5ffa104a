import Engine

/// Settings of the family's experiments worth looking at.
enum ClassificationPresets {
    static let metrics = [
        Preset("costly misses", "a miss costs twenty false alarms: where the threshold goes", ["costFalseNegative": "20"]),
        Preset("rare disease", "the same classifier where one in a hundred is ill", ["prevalence": "0.01"]),
        Preset("ten digits", "many classes", ["data": "digits"]),
    ]
    static let ensemble = [
        Preset("independent errors", "what diversity would buy", ["rho": "0.2"]),
        Preset("much the same", "eighteen models that err together are one model", ["rho": "0.98"]),
        Preset("greedy selection", "Caruana's forward selection with replacement", ["method": "selection"]),
    ]
    static let ablation = [
        Preset("a quick look", "one seed, fewer epochs: a few seconds", ["epochs": "10", "repeats": "1"]),
        Preset("the melanoma arms", "measurements on record behind the winning solution", ["data": "melanoma"]),
        Preset("plain regression", "multinomial logistic regression instead of a network", ["model": "logistic"]),
    ]
    static let folds = [
        Preset("leaking folds", "rows dealt without regard to patients", ["scheme": "random"]),
        Preset("all years", "with the 25,331 images of earlier years", ["external": "on"]),
    ]
}
