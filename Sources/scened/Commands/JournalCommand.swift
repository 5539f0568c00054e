internal import EventJournal
internal import Platform
import ArgumentParser
import Glibc

/// `scened journal`: looks after the journal of a service.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal",
        abstract: "Check the journal of a service, and repair it.",
        subcommands: [Verify.self, Repair.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Check that each line of a journal is an event, and that no seq is missing.",
            discussion:
                "Exit status: 0 it is sound; 65 something is wrong; 66 the folder cannot be read or holds no "
                + "journal. A crash leaves a last line that breaks off: the service repairs it when it starts."
        )

        @Argument(help: "A state directory, or the folder of one feed in it.")
        var directory: String

        func run() throws {
            let inspection = try inspect(directory)
            for finding in inspection.findings { print(finding) }
            let faults = inspection.findings.count
            print(
                "\(counted(inspection.events, "event")) in \(counted(inspection.segments, "file")), "
                    + (faults == 0 ? "no faults" : counted(faults, "fault")))
            if !inspection.findings.isEmpty { throw CommandFailure(status: .noVideo, message: "") }
        }
    }

    struct Repair: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove from a journal everything that is not an event. Stop the service first.",
            discussion: """
                The original of each changed file is kept beside it, with .damaged at the end of its name.

                Exit status: 0 done; 66 the folder cannot be read or holds no journal; 73 a service uses the \
                state directory, or the disk refuses.
                """
        )

        @Argument(help: "A state directory, or the folder of one feed in it.")
        var directory: String

        func run() throws {
            let lock = stateDirectory(of: directory).map { StateLock(state: $0, files: PosixFiles()) }
            do {
                try lock?.take()
            } catch {
                throw CommandFailure(status: .cannotWrite, message: error.description)
            }
            var inspection = try inspect(directory)
            do {
                try inspection.repair(lock)
            } catch {
                throw CommandFailure(status: .cannotWrite, message: error.description)
            }
            for repair in inspection.repairs { print(repair) }
            print("\(counted(inspection.repairs.count, "file")) repaired")
        }
    }
}

private func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

private func inspect(_ directory: String) throws -> JournalInspection {
    do {
        return try JournalInspection(directory: absolutePath(directory), files: PosixFiles())
    } catch {
        throw CommandFailure(status: .cannotOpen, message: error.description)
    }
}

/// The state directory that `directory` is, or belongs to; nil where it belongs to none.
private func stateDirectory(of directory: String) -> String? {
    guard let resolved = FileName.withBytes(absolutePath(directory), { realpath($0, nil) }) else {
        return nil
    }
    defer { free(resolved) }
    let path = FileName.text(resolved)
    let isState = FileKind(path: "\(path)/journal") != nil
    return isState ? path : JournalLayout(directory: path).state
}
