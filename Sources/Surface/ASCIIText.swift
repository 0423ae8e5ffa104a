extension TextMeasure {
    /// The text in printable ASCII: Greek letters by name, mathematics by its usual spelling, accents dropped, controls
    /// as `^X`, and `?` for each cell of what has no spelling.
    public static func ascii(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x20..<0x7F: result.unicodeScalars.append(scalar)
            case 0..<0x20, 0x7F:
                result += "^"
                result.unicodeScalars.append(Unicode.Scalar(UInt8(scalar.value) ^ 0x40))
            default:
                if let spelled = spelling[scalar] {
                    result += spelled
                } else if scalar.value >= 0x2801, scalar.value <= 0x28FF {
                    result += "*"
                } else {
                    result += String(repeating: "?", count: CharacterWidth.of(scalar))
                }
            }
        }
        return result
    }

    /// The one ASCII character for a scalar that has one cell: its spelling when that is one character, else `?`.
    static func asciiCell(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard let spelled = spelling[scalar]?.unicodeScalars, spelled.count == 1,
            let only = spelled.first
        else { return "?" }
        return only
    }

    /// Spellings by character, written as pairs in one string for the eye.
    private static let spelling: [Unicode.Scalar: String] = {
        let pairs = """
            α alpha β beta γ gamma δ delta ε epsilon ζ zeta η eta θ theta ι iota κ kappa λ lambda μ mu ν nu ξ xi ο o π pi ρ rho ς s σ sigma τ tau \
            υ upsilon φ phi χ chi ψ psi ω omega ϵ epsilon ϑ theta ϕ phi Α A Β B Γ Gamma Δ Delta Ε E Ζ Z Η H Θ Theta Ι I Κ K Λ Lambda Μ M Ν N Ξ Xi Ο O Π Pi \
            Ρ P Σ Sigma Τ T Υ Y Φ Phi Χ X Ψ Psi Ω Omega µ u ± +- × x ÷ / · . − - – - — -- … ... ‘ ' ’ ' “ " ” " ≤ <= ≥ >= ≠ != ≈ ~ ≡ == ∞ inf √ sqrt ∂ d ∇ grad \
            ∑ sum ∏ prod ∫ int ∈ in → -> ← <- ↔ <-> ↑ ^ ↓ v ⇒ => ° deg ² ^2 ³ ^3 ¹ ^1 ⁰ ^0 ⁴ ^4 ⁵ ^5 ⁶ ^6 ⁷ ^7 ⁸ ^8 ⁹ ^9 ⁻ - ⁺ + ₀ 0 ₁ 1 ₂ 2 ₃ 3 ₄ 4 ₅ 5 ₆ 6 ₇ 7 ₈ 8 ₉ 9 \
            ᵢ i ⱼ j ₙ n ᵏ k ⁿ n ᵀ T ℓ l ‖ || ‹ < › > « << » >> • * ● * ○ o ◦ o ■ # □ [] ▪ # ▲ ^ △ ^ ▼ v ▸ > ▶ > ◂ < ◀ < ✓ + ✔ + ✗ x ✘ x ⚠ ! ★ * ☆ * ◆ * ◇ o ½ 1/2 ¼ 1/4 ¾ 3/4 ′ ' ″ " \
            ─ - ━ - ═ = │ | ┃ | ║ | ┌ + ┐ + └ + ┘ + ├ + ┤ + ┬ + ┴ + ┼ + ╭ + ╮ + ╰ + ╯ + ┏ + ┓ + ┗ + ┛ + ╔ + ╗ + ╚ + ╝ + ╱ / ╲ \\ ╌ - ┄ - ┈ - ╎ | ┆ | ┊ | ╶ - ╴ - ╷ | ╵ | ┠ + ┨ + ╪ + ╫ + ╬ + ╞ + ╡ + ╥ + ╨ + \
            ░ . ▒ : ▓ % █ # ▀ " ▄ _ ▌ | ▐ | ▁ _ ▂ _ ▃ _ ▅ # ▆ # ▇ # ▏ | ▎ | ▍ | ▋ # ▊ # ▉ # \
            À A Á A Â A Ã A Ä A Å A Æ AE Ç C È E É E Ê E Ë E Ì I Í I Î I Ï I Ð D Ñ N Ò O Ó O Ô O Õ O Ö O Ø O Ù U Ú U Û U Ü U Ý Y Þ Th ß ss à a á a â a ã a ä a å a æ ae ç c \
            è e é e ê e ë e ì i í i î i ï i ð d ñ n ò o ó o ô o õ o ö o ø o ù u ú u û u ü u ý y þ th ÿ y ł l Ł L ő o Ő O ű u Ű U š s Š S ž z Ž Z č c Č C ř r Ř R ě e ů u ń n ś s ż z ź z ć c ę e ą a ğ g ş s ı i œ oe Œ OE
            """
        var table: [Unicode.Scalar: String] = [
            "\u{A0}": " ", "\u{AD}": "-", "\u{2009}": " ", "\u{202F}": " ", "\u{2007}": " ",
            "\u{2800}": " ",
        ]
        let words = pairs.split(separator: " ")
        for (key, value) in zip(
            words.enumerated().filter { $0.offset % 2 == 0 },
            words.enumerated().filter { $0.offset % 2 == 1 })
        {
            if let scalar = key.element.unicodeScalars.first { table[scalar] = String(value.element) }
        }
        return table
    }()
}
