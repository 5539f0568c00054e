import ArchiveBatch
import Platform
import SceneCatalogue
import Synchronization

/// Brings a catalogue up to date with a folder of results: what changed is read by several threads, and
/// written by the calling one.
struct CatalogueBuilder {
    /// What became of the recordings.
    struct Counts {
        var new = 0
        var changed = 0
        var removed = 0
        var same = 0
        /// A batch was at work on them.
        var changing = 0
        var unusable = 0
        var scenes = 0

        var total: Int { new + changed + same }
    }

    let output: String
    let database: String
    let readsEmbeddings: Bool
    let threadCount: Int
    /// Told of each recording that cannot be used.
    let onTrouble: (_ place: String, _ reason: String) -> Void
    /// Called between recordings: how many were looked at, and of how many. Returns false to stop.
    let onTick: (_ done: Int, _ count: Int) -> Bool

    /// Recordings that threads read at once.
    private static let chunk = 32

    /// Does it. Throws `CommandFailure`: no results are there; the catalogue cannot be used or written.
    func run() throws(CommandFailure) -> Counts {
        let places = try places()
        do throws(CatalogueError) {
            let writer = try CatalogueWriter(database, folder: output, embeddings: readsEmbeddings)
            defer { writer.finish() }
            var counts = Counts()
            let known = writer.notes
            var next = Reading(places.prefix(Self.chunk), known, self)
            for start in stride(from: 0, to: places.count, by: Self.chunk) {
                let current = next
                let following = places.dropFirst(start + Self.chunk).prefix(Self.chunk)
                let outcomes = current.wait()
                next = Reading(following, known, self)
                for (offset, outcome) in outcomes.enumerated() {
                    guard onTick(start + offset, places.count) else {
                        _ = next.wait()
                        return counts
                    }
                    try take(outcome, of: places[start + offset], writer, known, &counts)
                }
            }
            let there = Set(places)
            for name in known.keys.sorted() where !there.contains(name) {
                guard onTick(places.count, places.count) else { return counts }
                let results = results(at: name)
                if try writer.remove(name, where: { results.isGone }) { counts.removed += 1 }
            }
            return counts
        } catch {
            throw CommandFailure(error)
        }
    }

    private func results(at place: String) -> RecordingResults {
        RecordingResults(place: place, output: output, readsEmbeddings: readsEmbeddings)
    }

    private func take(
        _ outcome: RecordingResults.Outcome, of place: String, _ writer: CatalogueWriter,
        _ known: [String: String], _ counts: inout Counts
    ) throws(CatalogueError) {
        switch outcome {
        case .entry(let entry):
            try writer.put(entry)
            if known[place] == nil { counts.new += 1 } else { counts.changed += 1 }
            counts.scenes += entry.rows[.scenes]?.count ?? 0
        case .same: counts.same += 1
        case .changing: counts.changing += 1
        case .gone:
            let results = results(at: place)
            if try writer.remove(place, where: { results.isGone }) { counts.removed += 1 }
        case .unusable(let reason):
            counts.unusable += 1
            onTrouble(place, reason)
            // What the catalogue said of it is of other results.
            if try writer.remove(place, where: { true }) { counts.removed += 1 }
        }
    }

    /// The places of results, in the order of their keys, so that the rows of a new catalogue are written one
    /// behind the other.
    private func places() throws(CommandFailure) -> [String] {
        let places: [String]
        var isOfBatch = true
        do throws(DurableFileError) {
            places = try ResultFolders.places(in: output)
            // All of its films may have become others, and failed.
            if places.isEmpty { isOfBatch = try ResultFolders.listsFailures(in: output) }
        } catch {
            throw CommandFailure(status: .cannotOpen, message: error.description)
        }
        // A folder that is not mounted must not empty a catalogue.
        guard isOfBatch else {
            throw CommandFailure(
                status: .noVideo,
                message: "'\(output)' holds no results; give the folder that scened batch --output names")
        }
        return places.map { (CatalogueEntry.key(of: $0), $0) }.sorted { $0 < $1 }.map(\.1)
    }

    /// Recordings that threads are reading.
    private final class Reading {
        private let count: Int
        private let state: State
        private var threads: [OwnThread] = []

        private final class State: Sendable {
            let slots: Mutex<(next: Int, outcomes: [RecordingResults.Outcome?])>
            init(_ count: Int) {
                slots = Mutex((0, Array(repeating: nil, count: count)))
            }
        }

        init(_ places: ArraySlice<String>, _ known: [String: String], _ builder: CatalogueBuilder) {
            count = places.count
            let state = State(count)
            self.state = state
            let work = places.map { (builder.results(at: $0), known[$0]) }
            let read = {
                while true {
                    let place = state.slots.withLock { slots in
                        defer { slots.next += 1 }
                        return slots.next
                    }
                    guard place < work.count else { return }
                    let outcome = work[place].0.outcome(known: work[place].1)
                    state.slots.withLock { $0.outcomes[place] = outcome }
                }
            }
            threads = (0..<min(builder.threadCount, count)).compactMap { _ in OwnThread(read) }
            if threads.isEmpty { read() }
        }

        /// What was read, in order. Call once.
        func wait() -> [RecordingResults.Outcome] {
            for thread in threads { thread.join() }
            return state.slots.withLock { $0.outcomes.map { $0 ?? .gone } }
        }
    }
}
