/// How many colours a terminal shows.
public enum ColourDepth: String, Hashable, Sendable, CaseIterable, Codable {
    /// None: `NO_COLOR`, dumb terminals. Bold, dim, reverse and glyph shape carry the meaning.
    case none
    /// The sixteen colours of the user's own palette.
    case sixteen
    /// The 240 fixed colours above those sixteen.
    case palette256
}

/// A style as a terminal of some depth can show it.
public struct ResolvedStyle: Hashable, Sendable {
    /// The palette index of the character's colour; nil for the terminal's default.
    public var foreground: Int?
    /// The palette index of the colour behind; nil for the terminal's default.
    public var background: Int?
    /// Bold, reverse and the like.
    public var attributes: Style.Attributes

    /// A resolved style.
    public init(foreground: Int? = nil, background: Int? = nil, attributes: Style.Attributes = []) {
        self.foreground = foreground
        self.background = background
        self.attributes = attributes
    }
}

/// A colour by its red, green and blue parts, for pictures outside a terminal.
public struct RGB: Hashable, Sendable {
    /// Each part in 0...255.
    public var red: UInt8, green: UInt8, blue: UInt8

    /// A colour.
    public init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
        self.red = red
        self.green = green
        self.blue = blue
    }

    /// A colour of the xterm palette: its usual sixteen, the 6x6x6 cube, the greys.
    public init(palette index: Int) {
        switch index {
        case 232...255:
            let grey = UInt8(8 + 10 * (index - 232))
            self.init(grey, grey, grey)
        case 16..<232:
            let levels: [UInt8] = [0, 95, 135, 175, 215, 255]
            self.init(levels[(index - 16) / 36], levels[(index - 16) / 6 % 6], levels[(index - 16) % 6])
        default:
            let usual: [(UInt8, UInt8, UInt8)] = [
                (0, 0, 0), (205, 0, 0), (0, 205, 0), (205, 205, 0), (0, 0, 238), (205, 0, 205),
                (0, 205, 205), (229, 229, 229),
                (127, 127, 127), (255, 0, 0), (0, 255, 0), (255, 255, 0), (92, 92, 255), (255, 0, 255),
                (0, 255, 255), (255, 255, 255),
            ]
            let (r, g, b) = usual[min(max(0, index), 15)]
            self.init(r, g, b)
        }
    }

    /// The colour as `#rrggbb`.
    public var hex: String {
        let digits = Array("0123456789abcdef")
        return "#"
            + [red, green, blue].map { "\(digits[Int($0) / 16])\(digits[Int($0) % 16])" }.joined()
    }
}

/// Gives every meaning a colour, at every depth.
///
/// Series colours follow Okabe and Ito's cycle (2008), which the common colour blindnesses tell apart, moved to the
/// nearest fixed palette colours that stand out from the theme's background. The ramp is perceptually ordered
/// (viridis; van der Walt and Smith, 2015). Without colour, roles become bold, dim, underline and reverse.
public struct Theme: Hashable, Sendable {
    /// One meaning's colours.
    public struct Entry: Hashable, Sendable {
        /// Index into the 256-colour palette; nil for the default colour.
        public var palette256: Int?
        /// Index into the sixteen colours; nil for the default colour.
        public var sixteen: Int?
        /// Attributes at any depth.
        public var attributes: Style.Attributes
        /// Attributes when there is no colour.
        public var mono: Style.Attributes

        /// One meaning's colours.
        public init(
            _ palette256: Int?, _ sixteen: Int?, _ attributes: Style.Attributes = [],
            mono: Style.Attributes = []
        ) {
            self.palette256 = palette256
            self.sixteen = sixteen
            self.attributes = attributes
            self.mono = mono
        }
    }

    /// The name it is chosen by.
    public let name: String
    /// Colours by role, in the order of `Role.allCases`.
    let entries: [Entry]
    /// Fainter versions of the series colours for `.dim`, in palette colours.
    let muted: [Int]
    /// The ramp in palette colours: from which place on which colour.
    let ramp: [(from: UInt8, index: Int)]
    /// The ramp in the sixteen colours.
    let rampSixteen: [Int]
    /// Whether the ramp starts at light colours, for light backgrounds.
    let isRampReversed: Bool
    /// What pictures outside a terminal take as the default colours.
    public let ink: RGB
    /// The background that pictures outside a terminal are drawn on.
    public let paper: RGB

    /// Whether the two show everything alike.
    public static func == (a: Theme, b: Theme) -> Bool { a.name == b.name && a.entries == b.entries }
    /// Feeds the name.
    public func hash(into hasher: inout Hasher) { hasher.combine(name) }

    /// The theme with that name; nil when there is none.
    public static func named(_ name: String) -> Theme? { all.first { $0.name == name } }
    /// Every theme.
    public static let all: [Theme] = [dark, light, mono]

    /// The colours and attributes with which a style is shown at a depth.
    public func resolve(_ style: Style, depth: ColourDepth) -> ResolvedStyle {
        var result = ResolvedStyle(attributes: style.attributes)
        let depth = name == "mono" ? .none : depth
        if case .role(let role) = style.foreground {
            let entry = entries[Int(role.rawValue)]
            result.attributes.formUnion(depth == .none ? entry.mono : entry.attributes)
        }
        guard depth != .none else {
            // A background is the one thing that only colour shows; reverse stands for the stronger ones.
            switch style.background {
            case .ramp(let place) where place >= 128: result.attributes.formSymmetricDifference(.reverse)
            case .role(let role) where role != .frame && role != .faint && role != .ghost:
                result.attributes.formSymmetricDifference(.reverse)
            default: break
            }
            return result
        }
        result.foreground = index(of: style.foreground, depth: depth)
        result.background = index(of: style.background, depth: depth)
        if depth == .palette256, style.attributes.contains(.dim),
            case .role(let role) = style.foreground,
            role.rawValue >= Role.series0.rawValue
        {
            // A fixed fainter colour is surer than the terminal's own idea of dim.
            result.foreground = muted[Int(role.rawValue - Role.series0.rawValue)]
            result.attributes.remove(.dim)
        }
        return result
    }

    /// The palette index of an ink at a depth with colour; nil for the default colour.
    private func index(of ink: Ink, depth: ColourDepth) -> Int? {
        switch ink {
        case .standard: return nil
        case .role(let role):
            let entry = entries[Int(role.rawValue)]
            return depth == .sixteen ? entry.sixteen : entry.palette256
        case .indexed(let index):
            if depth == .palette256 || index < 16 { return Int(index) }
            return Self.nearestOfSixteen[Int(index)]
        case .ramp(let place):
            let place = isRampReversed ? 255 - place : place
            if depth == .sixteen { return rampSixteen[Int(place) * rampSixteen.count / 256] }
            return ramp.last { $0.from <= place }?.index
        }
    }

    /// The colour of an ink for pictures outside a terminal; nil for the default colour.
    public func rgb(_ ink: Ink) -> RGB? {
        switch ink {
        case .ramp(let place):
            let position =
                Double(isRampReversed ? 255 - place : place) / 255 * Double(Self.viridis.count - 1)
            let low = min(Int(position), Self.viridis.count - 2)
            let part = position - Double(low)
            func mix(_ a: UInt8, _ b: UInt8) -> UInt8 {
                UInt8((Double(a) * (1 - part) + Double(b) * part).rounded())
            }
            let (a, b) = (Self.viridis[low], Self.viridis[low + 1])
            return RGB(mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue))
        default:
            return index(of: ink, depth: .palette256).map(RGB.init(palette:))
        }
    }

    /// For each palette colour the nearest of the usual sixteen, by squared distance.
    private static let nearestOfSixteen: [Int] = (0..<256).map { index in
        let want = RGB(palette: index)
        func distance(_ n: Int) -> Int {
            let have = RGB(palette: n)
            let (r, g, b) = (
                Int(have.red) - Int(want.red), Int(have.green) - Int(want.green),
                Int(have.blue) - Int(want.blue)
            )
            return r * r + g * g + b * b
        }
        return (0..<16).min { distance($0) < distance($1) } ?? 0
    }
}
