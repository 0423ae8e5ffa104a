import Classification
import Engine
import Entropy
import Foundation
import Language
import Sampling

/// What this program is composed of: the one place that names the families.
enum Composition {
    /// Every experiment and provider.
    static let catalog = Catalog(
        EntropyCatalog.experiments + SamplingCatalog.experiments + LanguageCatalog.experiments + ClassificationCatalog.experiments,
        providers: LanguageCatalog.providers(environment: ProcessInfo.processInfo.environment) + [FileFollower()],
        preferredValues: LanguageCatalog.preferredValues(environment: ProcessInfo.processInfo.environment),
        installables: ModelInstaller.all(environment: ProcessInfo.processInfo.environment))

    /// The experiments that a new session opens with, one a family.
    static let panes = ["entropy.maxent", "sampling.mixture", "language.iterate", "classifier.metrics"]
}
