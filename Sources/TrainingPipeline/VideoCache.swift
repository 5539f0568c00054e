internal import Digests
package import MediaInput
internal import Platform
internal import SceneModel
package import ScenePipeline
internal import SceneSegmentation

/// Shots and descriptors of videos, made once and kept in a folder.
///
/// An entry's name holds the video's name, size and time of change, the rules of shots, and the names of
/// encoders and detector. Another of them makes another entry; old ones may be deleted at any time.
package struct VideoCache: Sendable {
    package let folder: String
    private var options: SegmentOptions
    private let threads: Int
    private let similarity: Set<SimilarityCue>

    /// - Parameters:
    ///   - folder: where they are kept; made where it is missing.
    ///   - options: how shots are found and split.
    ///   - threads: that decode.
    ///   - similarity: by what shots are compared beside the descriptor; only sound is another.
    package init(
        folder: String, options: SegmentOptions, threads: Int, similarity: Set<SimilarityCue> = [.encoder]
    ) {
        self.folder = folder
        self.options = options
        self.options.sound = similarity.contains(.sound) ? .best : .none
        self.threads = threads
        self.similarity = similarity
    }

    /// A film, and where its video broke off, why.
    package struct Reading {
        package var film: ReadFilm
        package var damage: String?
    }

    /// The film, from the cache or read now. What a video gave that broke off is not kept: it may be whole
    /// the next time.
    ///
    /// - Parameters:
    ///   - path: of the video.
    ///   - stop: ends the reading.
    ///   - report: hears of the seconds of media read so far.
    /// - Returns: the film, as far as it could be read.
    /// - Throws: where it cannot be opened, holds no shot, or the cache cannot be written.
    package func film(
        _ path: String, stop: StopFlag, report: (_ seconds: Double) -> Void
    ) throws(TrainingDataError) -> Reading {
        let encoder = DescriptorEncoder()
        let further = SimilarityCue.encoders(similarity, beside: encoder.name)
        let entry = try entry(
            of: path, encoder: ([encoder.name] + further.map(\.name)).joined(separator: "+"))
        if FileKind(path: entry) != nil {
            // A damaged entry is made anew.
            if let record = try? EmbeddingRecord(path: entry) {
                return Reading(film: try ReadFilm(record, id: ReadFilm.name(path)))
            }
        }
        do throws(DurableFileError) {
            try PosixFiles().createDirectory(folder, mode: 0o777)
        } catch {
            throw TrainingDataError(.unwritable, "\(folder): cannot be made: give --cache a writable folder")
        }
        var mediaOptions = MediaOptions()
        mediaOptions.threads = threads
        let reader: EmbeddingReader
        do {
            reader = try EmbeddingReader(
                .url(path), mediaOptions: mediaOptions, options: options, encoder: encoder, further: further,
                stop: stop)
        } catch {
            throw TrainingDataError(error.code == .interrupted ? .interrupted : .unreadable, error.message)
        }
        while reader.next() != nil { report(reader.position) }
        switch reader.ending {
        case .interrupted: throw TrainingDataError(.interrupted, "")
        case .damaged(let reason):
            return Reading(film: try ReadFilm(reader.record, id: ReadFilm.name(path)), damage: reason)
        case .end: break
        }
        do {
            try reader.record.write(to: entry)
        } catch {
            throw TrainingDataError(error)
        }
        return Reading(film: try ReadFilm(reader.record, id: ReadFilm.name(path)))
    }

    /// Where the film at `path` is kept, as `encoder` describes it; of several the names with + between.
    package func entry(of path: String, encoder: String) throws(TrainingDataError) -> String {
        guard let facts = try? PosixFiles().facts(of: path) else {
            throw TrainingDataError(.unreadable, "cannot open '\(path)': check the path and its permissions")
        }
        let text =
            "\(path)|\(facts.size)|\(facts.modified)|\(encoder)|\(options.split.rawValue)|\(options.splitAfter)|"
            + "\(options.minimumShot)|\(options.detector.name)"
        let digest = SHA256.digest(of: Array(text.utf8).span)
        return "\(folder)/\(ReadFilm.name(path))-\(digest.prefix(12)).npz"
    }
}
