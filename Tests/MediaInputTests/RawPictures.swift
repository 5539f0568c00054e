import Foundation

/// Pictures decoded by the `ffmpeg` command line.
enum RawPictures {
    /// The first pictures in RGB, 320 x 180.
    static func rgb(_ path: String, count: Int) throws -> [[UInt8]] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [
            "ffmpeg", "-nostdin", "-v", "error", "-i", path, "-frames:v", "\(count)", "-vf",
            "scale=flags=bicubic,format=rgb24", "-f", "rawvideo",
            "-",
        ]
        process.standardOutput = output
        try process.run()
        let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        let size = 320 * 180 * 3
        guard bytes.count == count * size else { throw CocoaError(.fileReadCorruptFile) }
        return (0..<count).map { Array(bytes[($0 * size)..<(($0 + 1) * size)]) }
    }
}
