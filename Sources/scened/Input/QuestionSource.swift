internal import Platform
import ArgumentParser
import Glibc
import SceneIndex
import SceneModel
import ScenePipeline
import SceneSegmentation
import TextFiles

/// Where the scenes come from that somebody asks about: a file of `embed`, the index, or a film.
struct QuestionSource {
    var index: SceneIndex
    /// As the user named it.
    var directory: String
    var events: String?
    var model: String?
    var reading: ReadingArguments
    var isQuiet: Bool

    /// The scenes that a question is about. `excludeSame`: no answer is of the same recording. Throws
    /// `CommandFailure`.
    func scenes(of question: SceneQuestion, excludeSame: Bool) throws -> [AskedScene] {
        let recording = try recording(question)
        let all = recording.scenes
        let scenes: [IndexedScene]
        switch question.which {
        case .all: scenes = all
        case .at(let time): scenes = [try EmbeddedScenes.scene(at: time, in: all, of: question.film)]
        case .number(let number):
            guard let scene = all.first(where: { $0.number == number }) else {
                throw CommandFailure(
                    status: .usage,
                    message: "no scene \(number) in \(question.film): it has \(all.count), numbered from 1")
            }
            scenes = [scene]
        }
        return scenes.map { scene in
            let excluded = recording.own.map { own in
                excludeSame ? own.rows : index.rows(of: own, overlapping: scene.start..<scene.end)
            }
            return AskedScene(recording: recording.name, scene: scene, excluded: excluded ?? 0..<0)
        }
    }

    /// What a question names.
    private struct Recording {
        var name: String
        var scenes: [IndexedScene]
        /// The same in the index; nil: it is not there.
        var own: RecordingEntry?
    }

    private func recording(_ question: SceneQuestion) throws -> Recording {
        let film = question.film
        if case .number = question.which { return try indexed(film) }
        if EmbeddingRecord.isRecord(film) {
            try refuseModel()
            return try checked(
                EmbeddedScenes(path: film, events: events, encoder: encoder), path: film)
        }
        if index.book.entry(told: film) != nil, events == nil {
            try refuseModel()
            return try indexed(film)
        }
        guard FileName.withBytes(film, { access($0, F_OK) }) == 0 || film.contains("://") else {
            throw CommandFailure(
                status: .cannotOpen,
                message:
                    "'\(film)' is neither a file nor a recording of the index '\(directory)'; scened index info --recordings lists those"
            )
        }
        if let pictured = try encoder as? PatchSceneEncoder {
            guard model == nil else {
                throw ValidationError(
                    "--model makes embeddings, and the index's scene encoder looks at pictures: leave it out")
            }
            let reader = PicturedScenes(encoder: pictured, reading: reading, isQuiet: isQuiet)
            return try checked(
                reader.scenes(of: film, name: TextFile.stem(film), events: events, at: question.moment),
                path: film)
        }
        let record = try FilmEmbedding.record(of: film, model: model, reading: reading, isQuiet: isQuiet)
        return try checked(
            EmbeddedScenes(record, name: TextFile.stem(film), events: events, encoder: encoder),
            path: film)
    }

    /// What has embeddings is not embedded again.
    private func refuseModel() throws {
        guard model == nil else {
            throw ValidationError("--model is for a film, and this one has embeddings: leave it out")
        }
    }

    private var encoder: any SceneEncoder {
        get throws(CommandFailure) {
            try IndexInput.encoder(
                of: index.manifest, directory: directory, threadCount: reading.threads)
        }
    }

    private func indexed(_ name: String) throws(CommandFailure) -> Recording {
        do throws(IndexError) {
            let entry = try index.recording(name)
            return Recording(name: entry.name, scenes: index.scenes(of: entry), own: entry)
        } catch {
            throw CommandFailure(error)
        }
    }

    private func checked(
        _ recording: EmbeddedScenes, path: String
    ) throws(CommandFailure) -> Recording {
        do throws(IndexError) {
            try index.manifest.require(recording.manifest, of: path, directory: directory)
        } catch {
            throw CommandFailure(error)
        }
        let file = path.split(separator: "/").last.map(String.init) ?? path
        return Recording(
            name: recording.name, scenes: recording.scenes,
            own: index.recording(of: recording.scenes, named: [recording.name, file]))
    }
}
