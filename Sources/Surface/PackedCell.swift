/// A cell in eight bytes, so that a frame is one flat block that compares, copies and clears at memory speed.
///
/// Bits: scalar 0..<21, foreground 21..<31, background 31..<41, attributes 41..<49, right half 49, has marks 50.
struct PackedCell: Hashable, Sendable {
    var bits: UInt64

    static let blank = PackedCell(bits: 0x20)
    static let trailingBit: UInt64 = 1 << 49
    static let marksBit: UInt64 = 1 << 50
    private static let scalarMask: UInt64 = (1 << 21) - 1
    static let styleMask: UInt64 = ((1 << 28) - 1) << 21

    @inline(__always) init(bits: UInt64) { self.bits = bits }

    @inline(__always) init(_ scalar: Unicode.Scalar, styleBits: UInt64) {
        bits = UInt64(scalar.value) | styleBits
    }

    /// The style's bits in their place.
    @inline(__always) static func bits(of style: Style) -> UInt64 {
        code(style.foreground) << 21 | code(style.background) << 31 | UInt64(style.attributes.rawValue)
            << 41
    }

    @inline(__always) var isTrailing: Bool { bits & Self.trailingBit != 0 }
    @inline(__always) var hasMarks: Bool { bits & Self.marksBit != 0 }
    /// A space in the same style.
    @inline(__always) var blanked: PackedCell { PackedCell(bits: bits & Self.styleMask | 0x20) }
    /// Whether it shows nothing at all: a space on the default background without reverse or underline.
    var isInvisible: Bool {
        scalar == " " && (bits >> 31) & 0x3FF == 0 && !hasMarks
            && style.attributes.isDisjoint(with: [.reverse, .underline])
    }

    /// The spacing character.
    var scalar: Unicode.Scalar { Unicode.Scalar(UInt32(bits & Self.scalarMask)) ?? " " }

    /// Colours and attributes.
    var style: Style {
        Style(
            Self.ink((bits >> 21) & 0x3FF), on: Self.ink((bits >> 31) & 0x3FF),
            Style.Attributes(rawValue: UInt8((bits >> 41) & 0xFF)))
    }

    /// Standard is 0, roles start at 1, palette colours at 256, places on the ramp at 512.
    @inline(__always) private static func code(_ ink: Ink) -> UInt64 {
        switch ink {
        case .standard: 0
        case .role(let role): UInt64(role.rawValue) + 1
        case .indexed(let index): 256 + UInt64(index)
        case .ramp(let place): 512 + UInt64(place)
        }
    }

    private static func ink(_ code: UInt64) -> Ink {
        switch code {
        case 512...: .ramp(UInt8(truncatingIfNeeded: code))
        case 256...: .indexed(UInt8(truncatingIfNeeded: code))
        case 1...: Role(rawValue: UInt8(code - 1)).map { .role($0) } ?? .standard
        default: .standard
        }
    }
}

/// A style in the form cells keep it, for drawing many cells at once.
public struct PackedStyle: Hashable, Sendable {
    let bits: UInt64

    /// Packs a style.
    public init(_ style: Style) { bits = PackedCell.bits(of: style) }
}
