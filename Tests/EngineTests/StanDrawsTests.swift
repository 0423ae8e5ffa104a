import Testing

@testable import Engine

@Suite struct `Draws as CmdStan writes them` {
    @Test func `names become those that Stan allows, arrays where all elements are there`() {
        #expect(StanDraws.columnNames(["mu", "theta1", "theta2", "theta3"]) == ["mu", "theta.1", "theta.2", "theta.3"])
        #expect(StanDraws.columnNames(["f(0)", "f(0.25)", "f(1)"]) == ["f_0", "f_0_25", "f_1"])
        #expect(StanDraws.columnNames(["x1", "x3"]) == ["x1", "x3"])
        #expect(StanDraws.columnNames(["x", "x1", "x2"]) == ["x", "x1", "x2"])
        #expect(StanDraws.columnNames(["x11", "x12"]) == ["x11", "x12"])
        #expect(
            StanDraws.columnNames(["a:b", "a b", "a__b", "(Intercept)", "µ", "2x"]) == ["a_b", "a_b_2", "a_b_3", "q_Intercept", "q", "q2x"])
    }

    @Test func `a chain's file is told from the others by its number`() {
        #expect(StanDraws.path("draws.csv", chain: 2) == "draws_2.csv")
        #expect(StanDraws.path("a.b/draws", chain: 1) == "a.b/draws_1.csv")
        #expect(StanDraws.path(".hidden", chain: 1) == ".hidden_1.csv")
        #expect(StanDraws.path("/x/run.1.csv", chain: 3) == "/x/run.1_3.csv")
    }
}
