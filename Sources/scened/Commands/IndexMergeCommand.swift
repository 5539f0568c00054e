internal import Platform
import ArgumentParser
import SceneIndex

/// `scened index merge`: several indexes become one, or one becomes smaller.
struct IndexMergeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Add all recordings of other indexes to an index; create it if missing.",
        discussion: """
            Examples:
              scened index merge archive channel-one channel-two
              scened index merge smaller archive && mv archive old && mv smaller archive

            The second line frees the disk space of removed and replaced recordings, which are not copied. The other \
            indexes stay as they are. Each recording is added completely or not at all, so a merge that was stopped \
            can be run again. An index without a threshold takes over the one on which the others agree.

            Exit status: 0 done; 64 wrong usage; 65 an index cannot be used, or is of another encoder; 66 one cannot \
            be opened; 73 the index cannot be written, another command writes to it, or it holds another recording \
            of the same name.
            """)

    @Argument(help: ArgumentHelp("Folder of the index that grows.", valueName: "target"))
    var directory: String

    @Argument(help: ArgumentHelp("Folders of the others.", valueName: "index"))
    var others: [String]

    @Flag(help: "Replace recordings of the same name.")
    var replace = false

    @Flag(name: [.short, .long], help: "Print nothing on standard output.")
    var quiet = false

    func run() throws {
        let target = absolutePath(directory)
        let output = LineOutput.standardOutput()
        do throws(IndexError) {
            // All are opened before the first is written: one that cannot be used changes nothing.
            var sources: [SceneIndex] = []
            var thresholds: [IndexThreshold?] = []
            for other in others {
                let source = try SceneIndex(directory: absolutePath(other), files: PosixFiles())
                try sources.first?.manifest.require(source.manifest, of: other, directory: others[0])
                sources.append(source)
                thresholds.append(try source.threshold(PosixFiles()))
            }
            let writer = try SceneIndexWriter(
                directory: target, files: PosixFiles(), fresh: sources[0].manifest,
                model: try sources[0].model(PosixFiles()))
            try writer.manifest.require(sources[0].manifest, of: others[0], directory: directory)
            let held = try writer.threshold
            for (other, source) in zip(others, sources) {
                let merge = try writer.add(source, replaces: replace)
                // Whoever read the lines may be gone; the recordings are wanted all the same.
                if !quiet { try? output.write(Self.text(merge, of: other) + "\n") }
            }
            if held == nil, let threshold = thresholds[0], thresholds.allSatisfy({ $0 == threshold }) {
                try writer.set(threshold)
            }
        } catch {
            throw CommandFailure(error)
        }
    }

    private static func text(_ merge: IndexMerge, of path: String) -> String {
        let counts = [(merge.added, "added"), (merge.replaced, "replaced"), (merge.present, "already there")]
        let told = counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        let scenes = merge.scenes == 1 ? "1 scene" : "\(merge.scenes) scenes"
        return "\(Console.shown(path)): recordings: \(told.isEmpty ? "none" : told); \(scenes)"
    }
}
