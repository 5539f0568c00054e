/// What of its confinement a worker could not have; empty: all of it holds.
package struct ConfinementGaps: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// It may still gain privileges, or keeps some of the superuser's.
    package static let privileges = ConfinementGaps(rawValue: 1)
    /// Memory, descriptors or core dumps have no limit.
    package static let resources = ConfinementGaps(rawValue: 2)
    /// Files beside its input can be read and written: the kernel has no Landlock.
    package static let files = ConfinementGaps(rawValue: 4)
    /// A thread was there before its files were limited, which holds for the thread that asks alone.
    package static let threads = ConfinementGaps(rawValue: 8)
    /// All system calls can be made: the kernel has no seccomp.
    package static let calls = ConfinementGaps(rawValue: 16)

    private static let named: [(gap: ConfinementGaps, name: String)] = [
        (.privileges, "privileges"), (.resources, "resources"), (.files, "files"), (.threads, "threads"),
        (.calls, "calls"),
    ]

    /// All of them.
    package static let all = named.reduce(into: ConfinementGaps()) { $0.formUnion($1.gap) }

    /// As status, metrics and log name them.
    package var names: [String] { Self.named.filter { contains($0.gap) }.map(\.name) }
}
