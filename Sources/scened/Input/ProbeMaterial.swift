import SceneEvaluation
import SceneModel
import ScenePipeline
import SceneSegmentation
import SceneTraining
import TensorKernels
import TextFiles
import Timeline

/// Examples with what their recordings look like there.
struct ProbeMaterial {
    var examples: ProbeExamples
    /// What made the embeddings, and the vectors of them.
    var encoder: String
    var digest: String?
    var sceneEncoder: any SceneEncoder
    /// Width of a vector.
    var dimension: Int
    /// What a reader of the report should know of them.
    var notes: [String] = []

    /// A row for each example.
    private struct Rows {
        var inputs: [Float] = []
        var answers: [[Bool?]] = []
        var recordings: [Int] = []
        var starts: [Int64] = []
        /// Examples that show nothing.
        var blank = 0

        mutating func add(_ vector: [Float], _ answer: [Bool?], recording: Int, start: Int64) {
            guard vector.contains(where: { $0 != 0 }) else {
                blank += 1
                return
            }
            inputs += vector
            answers.append(answer)
            // Without holes, also where a recording shows nothing.
            recordings.append(recording)
            starts.append(start)
        }
    }

    /// Reads the recordings that examples name; others stay unread. `name`: of the list, for messages.
    /// Throws `CommandFailure`.
    init(
        list: TagExampleList, name: String, embeddings: [String], input: ProbeDescription.Input
    ) throws(CommandFailure) {
        let paths = try Self.paths(embeddings)
        let sceneEncoder = SceneEncoders.all[0]
        var rows = Rows()
        var first: (path: String, info: EmbeddingRecord.Info)?
        var recording = 0
        var next = 0
        while next < list.examples.count {
            let start = next
            let title = list.examples[start].recording
            while next < list.examples.count, list.examples[next].recording == title { next += 1 }
            func place(_ index: Int) -> String { "\(name):\(list.examples[index].line)" }
            let path = try Self.path(of: title, in: paths, place: place(start))
            let record: EmbeddingRecord
            do throws(EmbeddingFileError) {
                record = try EmbeddingRecord(path: path)
            } catch {
                throw CommandFailure(error)
            }
            if let first { try Self.require(record.info, path, as: first.info, first.path) }
            first = first ?? (path, record.info)
            let before = rows.recordings.count
            let sight = RecordedSight(record, sceneEncoder)
            switch input {
            case .scene:
                for index in start..<next {
                    let example = list.examples[index]
                    try sight.require(example.start, example.end, of: title, place: place(index))
                    rows.add(
                        sight.vector(between: example.start, and: example.end), list.answers[index],
                        recording: recording, start: example.start)
                }
            case .fourShots:
                let changes = sight.changes()
                var answers = changes.map { _ in [Bool?](repeating: false, count: list.labels.count) }
                var taken: Set<Int> = []
                for index in start..<next {
                    let change = try sight.change(
                        at: list.examples[index].start, in: changes, of: title, place: place(index))
                    // Where two examples mean one change, what is shown by either is.
                    for (label, answer) in list.answers[index].enumerated() {
                        let other = taken.contains(change) ? answers[change][label] : nil
                        answers[change][label] = other == true ? true : answer ?? other
                    }
                    taken.insert(change)
                }
                for (change, answer) in zip(changes, answers) {
                    rows.add(change.input, answer, recording: recording, start: change.time)
                }
            }
            if rows.recordings.count > before { recording += 1 }
        }
        guard let first, !rows.answers.isEmpty else {
            throw CommandFailure(
                status: .noVideo, message: "\(name): no example shows anything; give others")
        }
        encoder = first.info.encoder
        digest = first.info.digest
        self.sceneEncoder = sceneEncoder
        dimension = sceneEncoder.dimension(embeddings: first.info.dimension)
        examples = ProbeExamples(
            labels: list.labels,
            inputs: Matrix(
                rows: rows.answers.count, columns: input.vectorCount * dimension, values: rows.inputs),
            answers: rows.answers, recordings: rows.recordings, starts: rows.starts)
        notes += Self.note(
            list.repeats, "line repeats another and counts once", "lines repeat others and count once")
        notes += Self.note(
            rows.blank, "example shows nothing, such as black, and is left out",
            "examples show nothing, such as black, and are left out")
    }

    private static func note(_ count: Int, _ one: String, _ several: String) -> [String] {
        count == 0 ? [] : ["\(count) \(count == 1 ? one : several)"]
    }

    /// Files of `embed` by the names of their recordings; several where names meet.
    private static func paths(_ embeddings: [String]) throws(CommandFailure) -> [String: [String]] {
        var paths: [String: [String]] = [:]
        for given in embeddings {
            let files: [String]
            do throws(TextFileError) {
                files = try TextFile.expand(given)
            } catch {
                throw CommandFailure(error)
            }
            // What else lies in a folder is nobody's fault.
            for file in files where files == [given] || EmbeddingRecord.isRecord(file) {
                paths[TextFile.stem(file), default: []].append(file)
            }
        }
        return paths
    }

    private static func path(
        of recording: String, in paths: [String: [String]], place: String
    ) throws(CommandFailure) -> String {
        guard let found = paths[recording] else {
            let known = paths.keys.sorted()
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(place): no file of embed is called '\(MatchTable.shown(recording))'; there \(known.count == 1 ? "is" : "are") \(known.isEmpty ? "none" : known.prefix(5).map(MatchTable.shown).joined(separator: ", "))\(known.count > 5 ? " and \(known.count - 5) more" : "")"
            )
        }
        guard found.count == 1 || Set(found).count == 1 else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(place): '\(found[0])' and '\(found[1])' have one name; rename one, and give it that name in the examples"
            )
        }
        return found[0]
    }

    private static func require(
        _ info: EmbeddingRecord.Info, _ path: String, as first: EmbeddingRecord.Info, _ other: String
    ) throws(CommandFailure) {
        guard info.encoder == first.encoder, info.digest == first.digest, info.dimension == first.dimension
        else {
            let what =
                info.encoder == first.encoder
                ? "other weights than" : "another encoder, \(info.encoder), than \(first.encoder) of"
            throw CommandFailure(
                status: .noVideo,
                message: "\(path) was embedded with \(what) '\(other)'; embed both with one encoder")
        }
    }
}
