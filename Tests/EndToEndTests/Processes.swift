import Foundation

/// Other processes, as /proc shows them.
enum Processes {
    /// Identifiers of the children of a process.
    static func children(of identifier: Int32) -> [Int32] {
        let tasks = "/proc/\(identifier)/task"
        let threads = (try? FileManager.default.contentsOfDirectory(atPath: tasks)) ?? []
        return threads.flatMap { thread in
            ((try? String(contentsOfFile: "\(tasks)/\(thread)/children", encoding: .utf8)) ?? "")
                .split(separator: " ").compactMap { Int32($0) }
        }
    }

    /// A file of /proc about a process, zeros as blanks.
    static func text(of identifier: Int32, _ file: String) -> String {
        let data = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(identifier)/\(file)"))) ?? Data()
        return String(decoding: data.map { $0 == 0 ? 32 : $0 }, as: UTF8.self)
    }

    /// Waits, at most `seconds`, until a process that is not ours is gone.
    static func hasEnded(_ identifier: Int32, within seconds: Double) -> Bool {
        // pidfd_open has this number on every architecture.
        let descriptor = Int32(syscall(434, identifier, 0))
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, Int32(seconds * 1000)) == 1
    }
}
