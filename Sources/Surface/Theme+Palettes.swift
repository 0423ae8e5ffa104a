extension Theme {
    /// For dark backgrounds.
    public static let dark = Theme(
        name: "dark",
        entries: [
            Entry(240, 8, mono: .dim), Entry(81, 14, .bold, mono: .reverse), Entry(245, 8, mono: .dim),
            Entry(nil, nil, .bold, mono: .bold),
            Entry(221, 11, .bold, mono: .bold), Entry(78, 10), Entry(221, 11, mono: .underline),
            Entry(203, 9, .bold, mono: [.bold, .reverse]),
            Entry(242, 8, mono: .dim), Entry(255, 15, mono: .bold),
            // Okabe-Ito: sky blue, orange, bluish green, reddish purple, yellow, blue, vermillion, grey.
            Entry(74, 14), Entry(214, 11, mono: .bold), Entry(36, 10, mono: .dim),
            Entry(175, 13, mono: .bold),
            Entry(227, 15), Entry(33, 12, mono: .bold), Entry(202, 9, mono: .dim),
            Entry(250, 7, mono: .bold),
        ],
        muted: [24, 94, 23, 96, 100, 25, 88, 240], ramp: palettes.viridis,
        rampSixteen: [4, 12, 6, 14, 10, 11, 15], isRampReversed: false,
        ink: RGB(220, 220, 220), paper: RGB(16, 16, 16))

    /// For light backgrounds.
    public static let light = Theme(
        name: "light",
        entries: [
            Entry(248, 7, mono: .dim), Entry(25, 4, .bold, mono: .reverse), Entry(244, 8, mono: .dim),
            Entry(nil, nil, .bold, mono: .bold),
            Entry(130, 1, .bold, mono: .bold), Entry(29, 2), Entry(130, 3, mono: .underline),
            Entry(160, 1, .bold, mono: [.bold, .reverse]),
            Entry(247, 7, mono: .dim), Entry(232, 0, mono: .bold),
            Entry(25, 4), Entry(166, 1, mono: .bold), Entry(29, 2, mono: .dim),
            Entry(132, 5, mono: .bold),
            Entry(136, 3), Entry(32, 6, mono: .bold), Entry(124, 9, mono: .dim),
            Entry(240, 8, mono: .bold),
        ],
        muted: [110, 216, 115, 182, 186, 117, 174, 250], ramp: palettes.viridis,
        rampSixteen: [0, 4, 5, 1, 6, 2, 3], isRampReversed: true,
        ink: RGB(30, 30, 30), paper: RGB(255, 255, 255))

    /// Without colours on any terminal.
    public static let mono = Theme(
        name: "mono", entries: dark.entries, muted: dark.muted, ramp: palettes.viridis,
        rampSixteen: dark.rampSixteen,
        isRampReversed: false,
        ink: RGB(0, 0, 0), paper: RGB(255, 255, 255))

    /// The ten anchors of viridis.
    static let viridis = [
        RGB(0x44, 0x01, 0x54), RGB(0x48, 0x28, 0x78), RGB(0x3E, 0x4A, 0x89), RGB(0x31, 0x68, 0x8E),
        RGB(0x26, 0x82, 0x8E),
        RGB(0x1F, 0x9E, 0x89), RGB(0x35, 0xB7, 0x79), RGB(0x6D, 0xCD, 0x59), RGB(0xB4, 0xDE, 0x2C),
        RGB(0xFD, 0xE7, 0x25),
    ]

    /// Ramps on the fixed palette, made by Tests/References/plotting/ramp.py.
    private enum palettes {
        static let viridis: [(from: UInt8, index: Int)] = [
            (0, 17), (14, 54), (46, 24), (97, 30), (139, 36), (170, 71), (186, 42), (189, 77), (205, 113),
            (216, 148), (232, 184),
            (247, 220),
        ]
    }
}
