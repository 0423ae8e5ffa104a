import Surface
import Testing

@Test func `every role has a colour or an attribute at each depth, and series colours differ`() {
    for theme in Theme.all {
        for depth in [ColourDepth.sixteen, .palette256] where theme.name != "mono" {
            let colours = (0..<8).map { theme.resolve(Style(.series($0)), depth: depth).foreground }
            #expect(Set(colours).count == 8, "\(theme.name) \(depth)")
            for role in Role.allCases {
                let resolved = theme.resolve(Style(role), depth: depth)
                #expect(resolved.foreground != nil || !resolved.attributes.isEmpty, "\(theme.name) \(role)")
                if depth == .sixteen, let index = resolved.foreground { #expect((0..<16).contains(index)) }
            }
        }
    }
}

@Test func `without colours no palette index appears and warnings still stand out`() {
    for theme in Theme.all {
        for role in Role.allCases { #expect(theme.resolve(Style(.role(role), on: .ramp(200)), depth: .none).foreground == nil) }
        #expect(theme.resolve(Style(.bad), depth: .none).attributes.contains(.reverse))
        #expect(theme.resolve(Style(.focus), depth: .none).attributes.contains(.reverse))
        #expect(theme.resolve(Style(.faint), depth: .none).attributes.contains(.dim))
        #expect(theme.resolve(Style(.heading), depth: .none).attributes.contains(.bold))
    }
}

@Test func `the ramp grows lighter on dark backgrounds and darker on light ones`() {
    func lightness(_ c: RGB) -> Double { 0.2126 * Double(c.red) + 0.7152 * Double(c.green) + 0.0722 * Double(c.blue) }
    for (theme, sign) in [(Theme.dark, 1.0), (.light, -1.0)] {
        let steps = (0...255).map { level in
            sign * lightness(RGB(palette: theme.resolve(Style(.ramp(UInt8(level))), depth: .palette256).foreground ?? 0))
        }
        for (a, b) in zip(steps, steps.dropFirst()) { #expect(b >= a - 2) }
        #expect(steps[255] - steps[0] > 120)
    }
    #expect(Theme.dark.rgb(.ramp(0))?.hex == "#440154" && Theme.dark.rgb(.ramp(255))?.hex == "#fde725")
    #expect(Theme.dark.rgb(.standard) == nil)
}

@Test func `colour text resets, drops invisible blanks and keeps what shows`() {
    var surface = Surface(columns: 6, rows: 2)
    surface.write("ab", column: 0, row: 0, style: Style(.indexed(9)))
    surface.write("c", column: 2, row: 0, style: Style(.standard, on: .indexed(200), .bold))
    surface.write(" ", column: 3, row: 1, style: Style(.standard, on: .indexed(2)))
    #expect(surface.ansi() == "\u{1B}[0;91mab\u{1B}[0;1;48;5;200mc\u{1B}[0m\n   \u{1B}[0;42m \u{1B}[0m")
    #expect(
        surface.ansi(colours: .none) == "ab\u{1B}[0;1mc\u{1B}[0m\n   " || surface.ansi(colours: .none) == "ab\u{1B}[0;1mc\u{1B}[0m\n    ")
    #expect(surface.text == "abc   \n      ")
}
