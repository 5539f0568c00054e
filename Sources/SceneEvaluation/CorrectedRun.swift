internal import SceneCorrections
internal import SceneEvents
package import TextFiles

/// A run with a person's corrections applied: `film.jsonl`, and `film.corrections.json` beside it.
package struct CorrectedRun: Sendable {
    /// What the names of files of corrections end with.
    package static let suffix = ".corrections.json"

    /// Path of the film as the run names it.
    package let input: String
    /// The corrected events as text, under the name of the run's file.
    let events: TextFile

    /// Reads the corrections at `path` and the run beside them.
    package init(_ path: String) throws(TextFileError) {
        let run = String(path.dropLast(Self.suffix.count)) + ".jsonl"
        let corrections = try TextFile(path: path)
        let file: TextFile
        do {
            file = try TextFile(path: run)
        } catch {
            throw corrections.malformed(
                "the run that it corrects cannot be read (\(run))", remedy: "put the run's events beside it")
        }
        let sequence: EventSequence
        do {
            sequence = try EventSequence(reading: Array(file.text.utf8))
        } catch {
            throw file.malformed("\(error)", remedy: "give the JSON lines that scened writes")
        }
        guard case .streamStart(let start)? = sequence.events.first(where: { $0.kind == .streamStart }) else {
            throw file.malformed("has no stream_start", remedy: "give the JSON lines that scened writes")
        }
        input = start.input
        do {
            let corrected = try EventCorrector(try Corrections(corrections)).correct(
                sequence.events, run: start.run)
            var writer = EventWriter()
            events = TextFile(path: run, text: corrected.map { writer.line($0) }.joined())
        } catch let error as CorrectionError {
            throw corrections.malformed("does not fit \(run)", remedy: error.description)
        } catch let error as TextFileError {
            throw error
        } catch {
            throw corrections.malformed("cannot be applied", remedy: "save it from the report page again")
        }
    }
}
