import Foundation
import SceneModel
import Timeline

/// Pictures and outputs that the reference recorded.
enum ImageFixtures {
    static let hasParity = CRNFixtures.parity != nil
    static let hasFullWeights = CRNFixtures.fullWeights != nil
    static let golden = CRNFixtures.repository.appending(path: "fixtures/encoders")

    static func parity(_ name: String) throws -> SafetensorsFile {
        guard let folder = CRNFixtures.parity else { throw CocoaError(.fileNoSuchFile) }
        return try SafetensorsFile(path: folder.appending(path: name).path)
    }

    /// A tensor of bytes [height, width, 3].
    static func picture(_ file: SafetensorsFile, _ name: String) throws -> RGBPicture {
        let shape = file.entry(name)?.shape ?? []
        guard shape.count == 3, shape[2] == 3 else { throw CocoaError(.coderReadCorrupt) }
        return RGBPicture(
            width: shape[1], height: shape[0],
            bytes: try file.integers(name).map { UInt8(truncatingIfNeeded: $0) })
    }

    /// Noise with some structure, so that filters see edges and plains.
    static func picture(width: Int, height: Int, seed: UInt64) -> RGBPicture {
        var random = CRNRandom(seed: seed)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(width * height * 3)
        for y in 0..<height {
            for x in 0..<width {
                for channel in 0..<3 {
                    let wave = (x / 7 &* 31 &+ y / 5 &* 17 &+ channel &* 60) & 255
                    bytes.append(UInt8(truncatingIfNeeded: (wave &* 3 &+ Int(random.next() & 255)) / 4))
                }
            }
        }
        return RGBPicture(width: width, height: height, bytes: bytes)
    }
}
