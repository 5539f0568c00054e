package import NeuralNet
package import SceneModel
package import SceneSegmentation
package import TensorKernels

// Shapes: B scenes, V width of a scene's vector.

/// A scene encoder that can be contrasted: vectors of a batch of scenes, and the way back.
package protocol ContrastedEncoder: ParameterTree, Sendable {
    /// Scenes as it takes them.
    associatedtype Scenes
    /// A pass with what its backward pass needs.
    associatedtype Pass: ContrastedPass

    /// V.
    var vectorWidth: Int { get }

    func pass(_ scenes: Scenes, dropout: Dropout?) -> Pass

    /// Adds the parameters' gradients, from that of the vectors [B, V].
    func addGradient(_ pass: inout Pass, _ dVectors: Matrix, to gradient: inout Self)

    /// The encoder as a file that `SceneEncoders.read` takes. `entries`: what else its metadata say.
    func file(_ entries: [String: String]) -> SafetensorsWriter

    /// What index and search would run.
    var sceneEncoder: any SceneEncoder { get }
}

/// What a pass gave.
package protocol ContrastedPass: Sendable {
    /// [B, V].
    var vectors: Matrix { get }
}

/// Where an encoder's scenes come from: what it sees of windows of the recordings of an archive.
package protocol SceneViews: Sendable {
    associatedtype Encoder: ContrastedEncoder

    /// Windows as the encoder takes them; each shows something.
    func scenes(_ windows: [SceneWindow], for encoder: Encoder) -> Encoder.Scenes

    /// Whether a window shows something.
    func isSeen(_ window: SceneWindow) -> Bool

    /// A number that views of other content hardly share.
    var identity: UInt64 { get }
}

// MARK: Embeddings

extension SceneTransformer: ContrastedEncoder {
    package var vectorWidth: Int { embeddingWidth }

    package func pass(_ scenes: SceneBatch, dropout: Dropout?) -> Trace { forward(scenes, dropout: dropout) }

    package func addGradient(_ pass: inout Trace, _ dVectors: Matrix, to gradient: inout SceneTransformer) {
        backward(&pass, dVectors, gradient: &gradient)
    }

    package var sceneEncoder: any SceneEncoder { TrainedSceneEncoder(self) }
}

extension SceneTransformer.Trace: ContrastedPass {}

/// Windows of embeddings, for `SceneTransformer`.
package struct EmbeddedViews: SceneViews {
    let films: [TrainingFilm]

    package init(_ films: [TrainingFilm]) { self.films = films }

    package func scenes(_ windows: [SceneWindow], for encoder: SceneTransformer) -> SceneBatch {
        SceneBatch(
            windows.map { films[$0.recording].parts($0.shots) }, width: encoder.embeddingWidth,
            limit: encoder.positionCount)
    }

    package func isSeen(_ window: SceneWindow) -> Bool {
        let film = films[window.recording]
        return SceneBatch.isSeen(film.parts(window.shots), width: film.embeddings.columns)
    }

    /// The archive's own number says it all.
    package var identity: UInt64 { 0 }
}
