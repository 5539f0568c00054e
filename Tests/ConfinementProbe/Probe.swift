import FeedRuntime
import ConfinementCalls
import Glibc

/// A thread that tries everything, at once or when it is told to.
final class Probe: @unchecked Sendable {
    private let name: String
    private let folder = CommandLine.arguments[3]
    private var ends: [Int32] = [-1, -1]
    private var thread = pthread_t()

    init(_ name: String, waits: Bool) {
        self.name = name
        if waits { precondition(pipe(&ends) == 0, "no pipe") }
        let status = pthread_create(
            &thread, nil,
            { argument in
                if let argument { Unmanaged<Probe>.fromOpaque(argument).takeRetainedValue().run() }
                return nil
            }, Unmanaged.passRetained(self).toOpaque())
        precondition(status == 0, "no thread")
    }

    private func run() {
        var byte: UInt8 = 0
        if ends[0] >= 0 { _ = read(ends[0], &byte, 1) }
        probe_all(name, folder)
    }

    func go() { _ = write(ends[1], "x", 1) }

    func join() { pthread_join(thread, nil) }
}

extension ConfinementGaps {
    /// `all`, or names separated by commas.
    init(names: String) {
        let wanted = names.split(separator: ",").map(String.init)
        let each = [ConfinementGaps.privileges, .resources, .files, .threads, .calls]
        self =
            names == "all" ? .all : ConfinementGaps(each.filter { wanted.contains($0.names[0]) })
    }
}
