import ArchiveBatch
import Platform
import SceneCatalogue
import ScenePipeline
import SceneSegmentation
import TensorKernels
import Timeline

/// The results of one film, as a catalogue takes them: whole, or not at all.
struct RecordingResults {
    /// Below the folder of results; the recording's name.
    let place: String
    let output: String
    let readsEmbeddings: Bool
    private let files = PosixFiles()

    enum Outcome: Sendable {
        case entry(CatalogueEntry)
        /// The catalogue has them.
        case same
        /// They are not there, or not any more.
        case gone
        /// A batch is at work on them.
        case changing
        /// Why they cannot be used.
        case unusable(String)
    }

    init(place: String, output: String, readsEmbeddings: Bool) {
        self.place = place
        self.output = output
        self.readsEmbeddings = readsEmbeddings
    }

    private var folder: String { "\(output)/\(place)" }

    /// A batch that makes results anew takes the note away first and puts it back last: what was read between
    /// two looks at one and the same note is of that note.
    private struct Note: Equatable {
        var bytes: [UInt8]
        var facts: DurableFileFacts
    }

    private func note() throws(DurableFileError) -> Note? {
        let path = "\(folder)/\(DoneNote.name)"
        guard let facts = try files.facts(of: path) else { return nil }
        do throws(DurableFileError) {
            return Note(bytes: try files.read(path, from: 0, count: 1 << 20), facts: facts)
        } catch {
            // It may have gone between both calls.
            guard try files.facts(of: path) == nil else { throw error }
            return nil
        }
    }

    /// Whether nothing is done there.
    var isGone: Bool {
        do { return try files.facts(of: "\(folder)/\(DoneNote.name)") == nil } catch { return false }
    }

    /// Reads them. `known`: digest of the note that the catalogue has; nil where it has none.
    func outcome(known: String?) -> Outcome {
        do throws(DurableFileError) {
            for _ in 0..<3 {
                guard let before = try note() else { return .gone }
                let digest = CatalogueEntry.digest(ofNote: before.bytes)
                if digest == known { return .same }
                guard let done = DoneNote(before.bytes) else {
                    return .unusable("\(DoneNote.name) is damaged, or of a later version")
                }
                let read = entry(done, digest)
                // What does not fit may be half of the old and half of the new.
                if try note() == before { return read }
            }
            return .changing
        } catch {
            return .unusable(error.description)
        }
    }

    private func entry(_ note: DoneNote, _ digest: String) -> Outcome {
        do {
            let path = "\(folder)/\(DoneNote.eventsName)"
            guard let facts = try files.facts(of: path) else {
                return .unusable("\(DoneNote.eventsName) is missing")
            }
            var entry = try CatalogueEntry(
                name: place, note: note, noteDigest: digest,
                events: try files.read(path, from: 0, count: Int(facts.size)))
            if readsEmbeddings, note.files.contains(DoneNote.embeddingsName) { try addEmbeddings(to: &entry) }
            return .entry(entry)
        } catch let error as CatalogueError {
            return .unusable(error.description)
        } catch {
            return .unusable("\(error)")
        }
    }

    private func addEmbeddings(to entry: inout CatalogueEntry) throws(EmbeddingFileError) {
        let record = try EmbeddingRecord(path: "\(folder)/\(DoneNote.embeddingsName)")
        let clock = record.info.media.clock
        for part in record.encodedParts {
            entry.add(
                part: part.index + 1, shot: part.shotIndex + 1, start: clock.microseconds(at: part.start.pts),
                end: clock.microseconds(at: part.end.pts), vector: HalfVector(part.embedding).bits)
        }
    }
}
