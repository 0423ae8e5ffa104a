import Kernels

/// Random changes of square images that do not change what they show.
enum Augmentation {
    /// Uniform numbers that a change takes: the angle, two shifts, the place cut out.
    static let draws = 5

    /// An image turned about its centre and shifted, read off between its pixels; zeros come in from outside; a square of it set to zero.
    ///
    /// - Parameters:
    ///   - image: side² numbers, row by row.
    ///   - rotation: the greatest angle, in degrees; the angle is uniform.
    ///   - shift: the greatest shift along each side, in pixels; uniform.
    ///   - cutout: the side of the square, whose centre is any pixel; it is clipped at the borders (DeVries & Taylor 2017).
    ///   - u: `draws` uniform numbers.
    static func changed(
        _ image: ArraySlice<Double>, side: Int, rotation: Double, shift: Double, cutout: Int, _ u: ArraySlice<Double>
    ) -> [Double] {
        var result = Array(image)
        let first = u.startIndex
        if rotation > 0 || shift > 0 {
            let angle = rotation * (2 * u[first] - 1) * (.pi / 180)
            let (cosine, sine) = (cos(angle), sin(angle))
            let down = shift * (2 * u[first + 1] - 1)
            let right = shift * (2 * u[first + 2] - 1)
            let centre = Double(side - 1) / 2
            let start = image.startIndex
            func pixel(_ row: Int, _ column: Int) -> Double {
                row < 0 || column < 0 || row >= side || column >= side ? 0 : image[start + row * side + column]
            }
            for row in 0..<side {
                for column in 0..<side {
                    let (y, x) = (Double(row) - centre - down, Double(column) - centre - right)
                    let fromRow = cosine * y + sine * x + centre
                    let fromColumn = cosine * x - sine * y + centre
                    let (top, left) = (fromRow.rounded(.down), fromColumn.rounded(.down))
                    let (below, beside) = (fromRow - top, fromColumn - left)
                    // Finite and small: angles are bounded and shifts are at most the side's range.
                    let (r, c) = (Int(top), Int(left))
                    result[row * side + column] =
                        (1 - below) * ((1 - beside) * pixel(r, c) + beside * pixel(r, c + 1))
                        + below * ((1 - beside) * pixel(r + 1, c) + beside * pixel(r + 1, c + 1))
                }
            }
        }
        if cutout > 0 {
            let row = min(side - 1, Int(u[first + 3] * Double(side))) - cutout / 2
            let column = min(side - 1, Int(u[first + 4] * Double(side))) - cutout / 2
            for r in max(0, row)..<max(0, min(side, row + cutout)) {
                for c in max(0, column)..<max(0, min(side, column + cutout)) { result[r * side + c] = 0 }
            }
        }
        return result
    }

    /// An image of another side: each pixel is the mean of what it covers.
    static func resized(_ image: ArraySlice<Double>, from side: Int, to size: Int) -> [Double] {
        guard size != side, size > 0 else { return Array(image) }
        // One pixel of the result covers side/size pixels; weights are exact in units of 1/size.
        let start = image.startIndex
        return (0..<size * size).map { place in
            let (row, column) = (place / size, place % size)
            var sum = 0.0
            for r in row * side / size..<((row + 1) * side + size - 1) / size {
                let tall = min((row + 1) * side, (r + 1) * size) - max(row * side, r * size)
                for c in column * side / size..<((column + 1) * side + size - 1) / size {
                    let wide = min((column + 1) * side, (c + 1) * size) - max(column * side, c * size)
                    sum += Double(tall * wide) * image[start + r * side + c]
                }
            }
            return sum / Double(side * side)
        }
    }
}
