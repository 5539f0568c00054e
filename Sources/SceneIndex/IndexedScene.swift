internal import TensorFiles
package import TensorKernels

/// A scene of a recording, as an index takes it.
package struct IndexedScene: Hashable, Sendable {
    /// Counts from 1 in its recording.
    package var number: Int
    /// Microseconds from the recording's first picture.
    package var start: Int64
    package var end: Int64
    /// Of length 1, or 0 where the scene shows nothing.
    package var vector: HalfVector

    package init(number: Int, start: Int64, end: Int64, vector: HalfVector) {
        self.number = number
        self.start = start
        self.end = end
        self.vector = vector
    }
}

extension IndexedScene {
    /// Its vector, as it stands in a file.
    var vectorBytes: [UInt8] { vector.bits.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] } }

    /// Its row of the table. `recording`: position in the log.
    func row(recording: Int) -> SceneRow {
        SceneRow(recording: recording, number: number, start: start, end: end)
    }

    /// CRC-32 of the vectors, and then of the rows of the table without the recording's position.
    static func checksum(of scenes: [IndexedScene]) -> UInt32 {
        var checksum = Checksum()
        for scene in scenes { checksum.add(scene.vectorBytes) }
        for scene in scenes { checksum.add(scene.row(recording: 0).placeless) }
        return checksum.value
    }
}
