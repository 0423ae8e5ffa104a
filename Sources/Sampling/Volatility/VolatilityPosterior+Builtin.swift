import CResources
import Engine

extension VolatilityPosterior {
    /// The exact posterior of the built-in series, as method=exact computed it; a test computes parts of it again.
    static let builtin: VolatilityPosterior? = try? read()

    private static func read() throws -> VolatilityPosterior? {
        func table(_ bytes: UnsafePointer<UInt8>, _ size: Int) throws -> DataTable {
            try DelimitedText.parse(Array(UnsafeBufferPointer(start: bytes, count: size)), name: "built-in posterior")
        }
        let grid = try table(wb_resource_sp500_posterior, wb_resource_sp500_posterior_size)
        let (sigma, nu) = (try grid.numbers("logSigma"), try grid.numbers("logNu"))
        let columns =
            sigma.firstIndex { $0 == sigma[0] }.flatMap { first in sigma[(first + 1)...].firstIndex { $0 == sigma[0] } } ?? sigma.count
        let band = try table(wb_resource_sp500_band, wb_resource_sp500_band_size)
        let cuts = try ["q5", "median", "q95"].map { try band.numbers($0) }
        return VolatilityPosterior(
            logSigma: Array(sigma.prefix(columns)), logNu: stride(from: 0, to: nu.count, by: columns).map { nu[$0] },
            logJoint: try grid.numbers("logJoint"), band: (0..<band.rowCount).map { row in cuts.map { $0[row] } })
    }
}
