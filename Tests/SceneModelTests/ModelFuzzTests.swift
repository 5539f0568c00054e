import Foundation
import SceneModel
import TestSupport
import Testing

/// Headers and metadata of model files, whatever their bytes.
@Suite struct ModelFuzzTests {
    @Test func headers() throws {
        let file = try Data(contentsOf: CRNFixtures.golden.appending(path: "k2.safetensors"))
        let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = [UInt8](file[8..<8 + length])
        let data = [UInt8](repeating: 0, count: file.count - 8 - length)
        let words = [
            "\"dtype\":\"F32\"", "\"data_offsets\":[0,0]", "\"shape\":[", "__metadata__", "\\u0000", "{", "]",
        ]
        var accepted = 0
        Fuzzing.run(3_000, seed: 11, samples: [header], words: words) { bytes in
            let count = UInt64(bytes.count)
            let whole = (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } + bytes + data
            do throws(SafetensorsHeader.Fault) {
                let header = try SafetensorsHeader(parsing: whole.span)
                accepted += 1
                _ = try? ModelMetadata(header.metadata, path: "m")
                #expect(header.entries.allSatisfy { header.dataOffset + $0.bytes.upperBound <= whole.count })
            } catch {
                #expect(!error.text.isEmpty && !error.text.contains("\n"), "\(error.text)")
            }
        }
        #expect(accepted > 0)
    }

    @Test func lengths() throws {
        let file = [UInt8](
            try Data(contentsOf: CRNFixtures.golden.appending(path: "k2.safetensors")).prefix(4096))
        Fuzzing.run(5_000, seed: 12, samples: [Array(file.prefix(64)), Array(file.prefix(8))]) { bytes in
            _ = try? SafetensorsHeader(parsing: bytes.span)
        }
    }
}
