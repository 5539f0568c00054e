import Foundation

/// A program on the other side of a feed, ended with the test.
final class Peer {
    private let process = Process()

    /// Runs a shell line that is replaced by its program, in a fresh folder.
    init(_ line: String, limit: Double = 60) throws {
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", "exec \(line)"]
        process.currentDirectoryURL = Scratch.folder
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let process = self.process
        DispatchQueue.global().asyncAfter(deadline: .now() + limit) {
            if process.isRunning { process.terminate() }
        }
    }

    deinit { end() }

    func send(signal number: Int32) { kill(process.processIdentifier, number) }

    /// Ends it, frozen or not, and waits until it is gone.
    func end() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// A port of loopback that nobody listened on a moment ago.
    static func freePort(_ kind: __socket_type = SOCK_STREAM) -> UInt16 {
        let descriptor = socket(AF_INET, Int32(kind.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                _ = bind(descriptor, generic, size)
                _ = getsockname(descriptor, generic, &size)
            }
        }
        return UInt16(bigEndian: address.sin_port)
    }
}
