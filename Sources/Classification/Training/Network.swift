import Kernels

/// The shape of a small network: a logistic regression, one hidden layer, or two convolutions before it.
///
/// Convolutions are 3 by 3 with zeros around, each followed by the greater of zero and the greatest of 2 by 2 (odd sides lose their last
/// row and column). What they see joins the metadata; a hidden layer and the head follow.
struct NetworkShape: Sendable, Codable, Hashable {
    enum Kind: String, Sendable, Codable, CaseIterable { case logistic, network, convolution }

    var kind: Kind
    /// Numbers a row, metadata not counted; of an image side².
    var features: Int
    /// Numbers a row that join after the convolutions.
    var metadata: Int
    /// The side of the images that convolutions see.
    var side: Int
    /// Channels of the first convolution; the second has twice as many.
    var channels: Int
    /// Units of the hidden layer.
    var hidden: Int
    /// Outputs.
    var classes: Int

    /// One matrix and its biases, in the order of the parameters.
    struct Layer: Hashable {
        var name: String
        /// Numbers that each output is made of.
        var inputs: Int
        var outputs: Int
        /// Where its weights begin, `inputs` rows of `outputs`; its biases follow.
        var start: Int
        var biases: Int { start + inputs * outputs }
        var end: Int { biases + outputs }
    }

    var half: Int { side / 2 }
    var quarter: Int { side / 4 }
    /// What the first dense layer sees.
    var flat: Int { (kind == .convolution ? quarter * quarter * 2 * channels : features) + metadata }

    /// All layers, the head last.
    var layers: [Layer] {
        var sizes: [(String, Int, Int)] = []
        if kind == .convolution { sizes += [("convolution 1", 9, channels), ("convolution 2", 9 * channels, 2 * channels)] }
        if kind != .logistic { sizes.append(("hidden", flat, hidden)) }
        sizes.append(("head", kind == .logistic ? flat : hidden, classes))
        var start = 0
        return sizes.map { name, inputs, outputs in
            defer { start += (inputs + 1) * outputs }
            return Layer(name: name, inputs: inputs, outputs: outputs, start: start)
        }
    }

    var parameterCount: Int { layers.last?.end ?? 0 }

    /// Parameters to start from.
    ///
    /// Normal with variance 2/inputs (K. He and others 2015), 1/inputs for the head; biases 0.
    ///
    /// Each layer has a stream of its own, so that layers of one shape start alike in networks that differ elsewhere.
    func initial(seed: UInt64, chain: Int) -> [Double] {
        var parameters = [Double](repeating: 0, count: parameterCount)
        for layer in layers {
            var stream = RandomStream(seed: seed, purpose: "weights of \(layer.name)", chain: chain)
            let scale = ((layer.name == "head" ? 1 : 2) / Double(layer.inputs)).squareRoot()
            for (place, value) in stream.normals(count: layer.inputs * layer.outputs).enumerated() {
                parameters[layer.start + place] = value * scale
            }
        }
        return parameters
    }
}

/// Rows to learn from or to predict, feature after feature: the `count` values of one feature stand together.
struct Batch {
    var count: Int
    /// The features: features · count numbers.
    var inputs: [Double]
    /// The metadata: metadata · count numbers.
    var metadata: [Double]
    /// For each row what it should be told as; empty for predictions.
    var targets: [Int32] = []
    /// For each row how much it counts; empty for 1 each.
    var weights: [Double] = []
    /// What the head's inputs are multiplied by; empty for nothing.
    var mask: [Double] = []
}
