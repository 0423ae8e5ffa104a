/// The quantile of sorted values by linear interpolation of order statistics (R's type 7, NumPy's default).
///
/// - Parameters:
///   - sorted: ascending values, none NaN.
///   - probability: 0...1.
/// - Returns: nil for no values or a probability outside 0...1.
public func quantile(sorted: [Double], _ probability: Double) -> Double? {
    guard !sorted.isEmpty, (0...1).contains(probability) else { return nil }
    guard sorted.count > 1 else { return sorted[0] }
    let place = Double(sorted.count - 1) * probability
    let below = min(Int(place), sorted.count - 2)
    let fraction = place - Double(below)
    if fraction == 0 { return sorted[below] }
    // In this form the quantile between two equal values is that value, to the bit.
    return sorted[below] + fraction * (sorted[below + 1] - sorted[below])
}

/// The quantiles of values in any order (type 7); nil when there are none or one is NaN.
public func quantiles(_ values: [Double], _ probabilities: [Double]) -> [Double]? {
    guard !values.isEmpty, !values.contains(where: \.isNaN) else { return nil }
    let sorted = values.sorted()
    return probabilities.map { quantile(sorted: sorted, $0) ?? .nan }
}
