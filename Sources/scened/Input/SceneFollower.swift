import SceneEvents
import SceneFormats
import SceneIndex
import ScenePipeline
import TensorKernels
import Timeline

/// Events of a feed in, scenes for an index out: a value.
struct SceneFollower {
    enum Step {
        /// A run begins whose scenes have such vectors.
        case stream(IndexManifest)
        /// A scene of the run: the name that it gets as a recording, and when the run's first picture was on
        /// air.
        case scene(name: String, IndexedScene, aired: String)
    }

    /// Why events cannot be used: one line with a remedy.
    struct Fault: Error, CustomStringConvertible {
        var description: String
    }

    private struct Run {
        var feed: String
        var clock: MediaClock
        var wall: WallTime
        var manifest: IndexManifest
    }

    private var reader = EventReader()
    private var run: Run?
    private var lineNumber = 0
    /// A stream_start came.
    private(set) var hasBegun = false

    /// Takes the next line that is not blank. nil: it says nothing of scenes, or of one that shows nothing.
    mutating func push(line: ArraySlice<UInt8>) throws(Fault) -> Step? {
        lineNumber += 1
        let event: Event?
        do throws(EventError) {
            event = try reader.read(line: line)
        } catch .beforeStart {
            throw Fault(
                description:
                    "line \(lineNumber): it stands before the run's stream_start; begin there, as with scened events --after start"
            )
        } catch {
            throw Fault(description: "line \(lineNumber): \(error); give events of scened")
        }
        switch event {
        case .streamStart(let start): return .stream(try begin(start))
        case .scene(let scene): return try step(scene)
        default: return nil
        }
    }

    private mutating func begin(_ start: StreamStart) throws(Fault) -> IndexManifest {
        hasBegun = true
        guard let manifest = start.vectorManifest else {
            throw Fault(
                description:
                    "line \(lineNumber): its scenes have no vectors; run watch or segment with --vectors, or the feed with vectors: true"
            )
        }
        guard let wall = WallTime(start.wall) else {
            throw Fault(
                description: "line \(lineNumber): it does not say when it began; give events of scened")
        }
        // Names of recordings are as long at most in other commands.
        guard start.feed.utf8.count <= 900 else {
            throw Fault(
                description:
                    "line \(lineNumber): the name of its feed is longer than 900 bytes; give it a shorter one"
            )
        }
        run = Run(feed: start.feed, clock: start.media.clock, wall: wall, manifest: manifest)
        return manifest
    }

    private func step(_ scene: Scene) throws(Fault) -> Step? {
        // The reader refuses a scene before stream_start.
        guard let run else { return nil }
        guard let halves = scene.vector else { return nil }
        let vector = HalfVector(bits: halves)
        guard vector.count == run.manifest.dimension, vector.isFinite else {
            throw Fault(
                description:
                    "line \(lineNumber): its vector is not as stream_start says; give the events as scened wrote them"
            )
        }
        guard scene.index < Int(UInt32.max) else {
            throw Fault(
                description:
                    "line \(lineNumber): no scene has the number \(scene.index); give the events as scened wrote them"
            )
        }
        let start = run.clock.microseconds(at: scene.start.pts)
        let moment = WallTime(milliseconds: run.wall.milliseconds + start / 1000)
        return .scene(
            name: "\(run.feed)@\(moment)",
            IndexedScene(
                number: scene.index + 1, start: start, end: run.clock.microseconds(at: scene.end.pts),
                vector: vector),
            aired: run.wall.description)
    }
}
