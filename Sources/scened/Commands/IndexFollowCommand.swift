internal import Platform
import ArgumentParser
import SceneEvents
import SceneFormats
import SceneIndex
import TensorKernels
import Timeline

/// `scened index follow`: from the events of a feed to an index, scene by scene.
struct IndexFollow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "follow",
        abstract: "Add the scenes of a feed to an index as its events come.",
        discussion: """
            Examples:
              scened watch udp://:5000 --vectors --json | scened index follow archive
              scened events --socket /run/scened/events.sock --feed news --after start | scened index follow archive
              scened index follow archive recording.jsonl

            It reads events with vectors: those of watch and segment --vectors, or of a feed with vectors: true. \
            Each scene becomes a recording of its own, FEED@TIME, with the time at which it began on air; it is on \
            disk once its line is printed. A scene that is in the index already stays as it is: after an \
            interruption, read from any place before it.

            Exit status: 0 the events ended; 64 wrong usage; 65 they have no vectors or are not events, or the index \
            cannot be used or is of another encoder; 66 a file cannot be opened; 73 the index cannot be written, or \
            another command writes to it.
            """)

    @Argument(help: "Folder of the index.")
    var directory: String

    @Argument(help: "A file of events, or - for standard input.")
    var events = "-"

    @Flag(name: [.short, .long], help: "Print nothing on standard output.")
    var quiet = false

    func run() throws {
        let directory = absolutePath(directory)
        var input = try LineInput(path: events, longestLine: EventLimits.longestLine)
        let output = LineOutput.standardOutput()
        var follower = SceneFollower()
        var writer: SceneIndexWriter?
        while let line = try input.next() {
            if line.allSatisfy({ $0 == 0x20 || $0 == 0x09 || $0 == 0x0d }) { continue }
            let step: SceneFollower.Step?
            do throws(SceneFollower.Fault) {
                step = try follower.push(line: line[...])
            } catch {
                throw CommandFailure(status: .noVideo, message: "\(events): \(error)")
            }
            do throws(IndexError) {
                switch step {
                case .stream(let manifest):
                    if writer == nil {
                        // The file of a trained scene encoder is not among the events: its index must be
                        // there.
                        writer = try SceneIndexWriter(
                            directory: directory, files: PosixFiles(),
                            fresh: manifest.sceneDigest == nil ? manifest : nil)
                    }
                    try writer?.manifest.require(manifest, of: events, directory: self.directory)
                case .scene(let name, let scene, let aired):
                    guard let writer else { preconditionFailure("scenes follow a stream_start") }
                    let addition = try writer.add(
                        name, [scene], indexed: WallClock.timestamp(), aired: aired, replaces: true)
                    if !quiet, addition != .present { try? output.write("\(Console.shown(name))\n") }
                case nil: break
                }
            } catch {
                throw CommandFailure(error)
            }
        }
        guard follower.hasBegun else {
            throw CommandFailure(
                status: .noVideo, message: "\(events): no events; give those of watch --vectors --json")
        }
    }
}
