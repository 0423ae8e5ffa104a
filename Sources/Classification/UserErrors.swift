import Engine

/// What the classifier panes refuse, apart from what is wrong with a file.
enum UserErrors {
    static let noWeight = UserError("weight: every weight is 0", parameter: "weight")
    static let noGroups = UserError("resampling = group needs a group column; set group to name it", parameter: "resampling")

    static func unknownModel(_ name: String, _ names: [String]) -> UserError {
        UserError("“\(name)” is none of the score columns; there are \(ClassQuestion.list(names))", parameter: "model")
    }
}
