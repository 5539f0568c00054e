/// What a probe's file says about it.
package struct ProbeDescription: Hashable, Sendable {
    /// What one input is made of.
    package enum Input: String, Hashable, Sendable, CaseIterable {
        /// A scene's vector.
        case scene
        /// Those of four shots end to end; what is asked is the change of shot between the second and third.
        case fourShots = "four_shots"

        /// Vectors in an input.
        package var vectorCount: Int { self == .scene ? 1 : 4 }
    }

    /// Name of the shot encoder, and SHA-256 of its weights; nil where it has none.
    package var encoder: String
    package var digest: String?
    /// What makes one vector of a scene's embeddings.
    package var sceneEncoder: String
    /// D: width of those vectors.
    package var dimension: Int
    package var input: Input
    /// At least one; all different.
    package var labels: [String]
    /// Name of the settings that it was trained with, all of them as JSON, and the seed.
    package var preset: String
    package var settings: String
    package var seed: UInt64
    /// What it reached on examples that it was not trained on, as `probe train --json` prints it.
    package var validation: String
    /// Of the program that made it.
    package var version: String

    package init(
        encoder: String, digest: String?, sceneEncoder: String, dimension: Int, input: Input,
        labels: [String], preset: String, settings: String, seed: UInt64, validation: String, version: String
    ) {
        self.encoder = encoder
        self.digest = digest
        self.sceneEncoder = sceneEncoder
        self.dimension = dimension
        self.input = input
        self.labels = labels
        self.preset = preset
        self.settings = settings
        self.seed = seed
        self.validation = validation
        self.version = version
    }

    /// I: width of an input.
    package var inputDimension: Int { input.vectorCount * dimension }

    /// Throws where vectors of other encoders cannot be its inputs. `path`: of the probe; `name`: whose
    /// vectors they are.
    package func require(
        encoder other: String, digest otherDigest: String?, dimension otherDimension: Int, of name: String,
        path: String
    ) throws(ModelFileError) {
        func refuse(_ what: String, _ wanted: String, _ given: String) -> ModelFileError {
            ModelFileError(
                .encoderMismatch, path: path,
                detail: "it was taught with \(what) \(wanted), and that of \(name) is \(given)",
                remedy: "embed \(name) as its examples were, or teach another probe")
        }
        guard encoder == other else { throw refuse("encoder", encoder, other) }
        guard digest == otherDigest else {
            func shown(_ digest: String?) -> String { digest.map { String($0.prefix(12)) } ?? "unknown" }
            throw refuse("encoder \(encoder) whose weights are", shown(digest), shown(otherDigest))
        }
        guard dimension == otherDimension else {
            throw refuse("vectors of width", "\(dimension)", "\(otherDimension)")
        }
    }
}
