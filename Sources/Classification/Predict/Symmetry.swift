/// One of the eight symmetries of a square picture, numbered as in the winning solution of the melanoma challenge.
///
/// Index 4 and above transposes; then index mod 4 flips nothing (0), the order of the rows (1), of the columns (2), or of both (3).
struct Symmetry: Sendable, Hashable {
    let index: Int

    /// All eight.
    static let all = (0..<8).map { Symmetry(index: $0) }

    var transposes: Bool { index >= 4 }
    var flipsRows: Bool { index % 2 == 1 }
    var flipsColumns: Bool { index % 4 >= 2 }

    /// What it does to a picture, in words.
    var name: String {
        let flip = ["", "rows flipped", "columns flipped", "both flipped"][index % 4]
        guard transposes else { return flip.isEmpty ? "as it is" : flip }
        return flip.isEmpty ? "transposed" : "transposed, \(flip)"
    }

    /// The picture of `side` rows and columns, row by row, so turned.
    func applied<T>(to picture: [T], side: Int) -> [T] {
        precondition(picture.count == side * side, "a square picture has side times side elements")
        return (0..<side * side).map { place in
            var row = flipsRows ? side - 1 - place / side : place / side
            var column = flipsColumns ? side - 1 - place % side : place % side
            if transposes { (row, column) = (column, row) }
            return picture[row * side + column]
        }
    }
}
