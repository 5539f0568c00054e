import ArgumentParser
import MediaInput
import SceneModel
import ScenePipeline
import SceneSegmentation
import Timeline

/// A film embedded on the spot, as `embed` does by default.
enum FilmEmbedding {
    /// Reads the whole film. Throws `CommandFailure`: it cannot be opened or breaks off, the model cannot be
    /// used, or the user stops.
    static func record(
        of film: String, model: String?, reading: ReadingArguments, isQuiet: Bool
    ) throws -> EmbeddingRecord {
        let (options, descriptor) = try DecisionArguments.parse([]).resolve(
            model: nil, speed: reading.speed.plan, preset: .thirds)
        Interruption.install()
        let reader: EmbeddingReader
        do {
            let chosen = try model.map { try ChosenModel.encoder(path: $0, threadCount: reading.threads) }
            reader = try EmbeddingReader(
                .url(film), mediaOptions: reading.mediaOptions(), options: options,
                encoder: chosen?.encoder ?? descriptor.encoder, encoderDigest: chosen?.digest,
                stop: Interruption.stop)
        } catch let error as ModelFileError {
            throw CommandFailure(error)
        } catch let error as MediaError {
            throw CommandFailure(error)
        }
        let progress = ProgressLine(isShown: Console.isTerminal && !isQuiet)
        while reader.next() != nil {
            progress.update(media: reader.position, of: reader.expectedLength, shots: reader.counts.shots)
        }
        progress.clear()
        switch reader.ending {
        case .end: return reader.record
        case .interrupted: throw CommandFailure(status: Interruption.status, message: "")
        case .damaged(let reason): throw CommandFailure(damaged: MediaSource.url(film).displayName, reason)
        }
    }
}
