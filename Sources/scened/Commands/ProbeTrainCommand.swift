import ArgumentParser
import MediaInput
import SceneEvaluation
import SceneModel
import SceneSegmentation
import SceneTraining
import TextFiles

/// `scened probe train`: from examples to a probe, and how good it is.
struct ProbeTrain: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Teach a probe by examples, and measure it.",
        discussion: """
            Examples:
              scened probe train examples.csv archive/ --output snow.safetensors
              scened probe train examples.csv monday.npz tuesday.npz --preset place --output places.safetensors

            A line of the examples is recording,start,end,label, such as monday,0:10,0:25,snow. Times are seconds or \
            h:mm:ss from the first picture. A recording has the name of its file of embed, without folders and \
            without .npz or .safetensors. Lines with the same start and end are one example with several labels. An \
            example does not show the labels that none of its lines names, unless an example that overlaps it does. \
            A label 'not snow' says only that snow is not there; an empty label says that no label applies.

            Every example is judged by a network that has not seen its recording; if there is only one recording, or \
            only one shows a label, by a network that has not seen that part of it. The report shows the results: \
            average precision beside chance, precision where half or more of the examples are found, the error of \
            the probabilities, and the results with fewer examples. The probe itself learns from all examples.

            Equal examples, files, options and machine give equal files, byte for byte.

            Exit status: 0 done; 64 wrong usage; 65 the examples or files cannot be used, or are too few; 66 one cannot be \
            opened; 73 the output cannot be written; 130, 143 stopped.
            """)

    @Argument(help: "Examples, as comma-separated values.")
    var examples: String

    @Argument(help: "Files of embed, or folders of such files.")
    var embeddings: [String]

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("Write the probe to this file (safetensors).", valueName: "file"))
    var output: String

    @Option(
        help: ArgumentHelp(
            "Network and schedule. Default: default.",
            discussion:
                "default: one hidden layer of 64, Adam, stops early. The others are those of Chen et al. 2023: place, "
                + "moderation, boundary (of four shots; see the guide), and lvu-NAME.", valueName: "name"))
    var preset = "default"

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Seed of all that is random; equal seeds give equal files. Default: 1.", valueName: "number"),
        transform: NumberArgument.whole)
    var seed = 1

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Random choices for each point of the learning curve, which takes most of the time; 0: no curve. Default: 3.",
            valueName: "count"),
        transform: NumberArgument.whole)
    var draws = 3

    @Flag(help: "Print the report as one JSON object; shares run from 0 to 1.")
    var json = false

    @Flag(name: [.short, .long], help: "Print no report, and only errors on standard error.")
    var quiet = false

    func validate() throws {
        guard !embeddings.isEmpty else {
            throw ValidationError("name files of scened embed, or their folder")
        }
        guard ProbeSettings.named(preset) != nil else {
            throw ValidationError(
                "--preset takes one of \(ProbeSettings.presets.map(\.name).joined(separator: ", "))")
        }
        guard seed >= 0 else { throw ValidationError("--seed takes 0 and above") }
        guard 0...100 ~= draws else { throw ValidationError("--draws takes 0 to 100") }
    }

    func run() throws {
        var files = FileRoles()
        files.read(examples)
        files.read(embeddings)
        files.write(output)
        try files.check()
        let settings = ProbeSettings.named(preset) ?? .standard
        Interruption.install()
        let material = try ProbeMaterial(
            list: list(), name: examples, embeddings: embeddings, input: settings.input)
        if let shortage = material.examples.shortage {
            throw CommandFailure(status: .noVideo, message: "\(examples): \(shortage)")
        }
        var study = ProbeStudy(material.examples, settings, seed: UInt64(seed), draws: draws)
        let progress = StatusLine(isShown: Console.isTerminal && !quiet)
        while !study.isDone {
            guard !Interruption.stop.isRaised else {
                progress.clear()
                throw CommandFailure(status: Interruption.status, message: "")
            }
            progress.show("training \(study.doneCount + 1) of \(study.jobCount)")
            study.step()
        }
        progress.clear()
        guard study.isFinite else {
            throw CommandFailure(
                status: .noVideo,
                message:
                    "\(examples): a network of --preset \(preset) gives no numbers: choose another preset")
        }
        var report = study.report
        report.notes = material.notes + report.notes
        try write(study, material, report)
        guard !quiet else { return }
        try LineOutput.standardOutput().write(json ? report.json : report.text)
    }

    private func list() throws(CommandFailure) -> TagExampleList {
        do throws(TextFileError) {
            return try TagExampleList(TextFile(path: examples))
        } catch {
            throw CommandFailure(error)
        }
    }

    private func write(
        _ study: ProbeStudy, _ material: ProbeMaterial, _ report: EvaluationReport
    ) throws(CommandFailure) {
        let probe = study.probe(
            ProbeDescription(
                encoder: material.encoder, digest: material.digest, sceneEncoder: material.sceneEncoder.name,
                dimension: material.dimension, input: study.settings.input, labels: study.examples.labels,
                preset: study.settings.name, settings: study.settings.json, seed: study.seed,
                validation: String(report.json.dropLast()), version: Version.number))
        do throws(ModelFileError) {
            try probe?.file.write(to: output)
        } catch {
            throw CommandFailure(error)
        }
    }
}
