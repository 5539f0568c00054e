import Foundation

/// Random numbers that are the same on every machine.
struct SmallRandom {
    var state: UInt64

    /// 0..<1.
    mutating func fraction() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double(state >> 40) / Double(1 << 24)
    }
}

/// A film of random scenes, each around a direction of its own: for training that takes a second.
struct TinyFilm {
    var width: Int
    var embeddings: [Float] = []
    var durations: [Float] = []
    var labels: [Bool] = []

    init(scenes: Int, width: Int, using random: inout SmallRandom) {
        self.width = width
        for _ in 0..<scenes {
            let place = (0..<width).map { _ in Float(2 * random.fraction() - 1) }
            let shots = 3 + Int(random.fraction() * 5)
            for shot in 0..<shots {
                embeddings += place.map { $0 + Float(random.fraction() - 0.5) * 0.4 }
                durations.append(Float(1 + 3 * random.fraction()))
                labels.append(shot == shots - 1)
            }
        }
    }

    /// A safetensors file of simple arrays.
    func write(to url: URL, labeled: Bool) throws {
        let count = labels.count
        var header: [String] = []
        var data = Data()
        func add(_ name: String, _ kind: String, _ shape: [Int], _ bytes: Data) {
            header.append(
                "\"\(name)\":{\"dtype\":\"\(kind)\",\"shape\":\(shape),\"data_offsets\":[\(data.count),\(data.count + bytes.count)]}"
            )
            data += bytes
        }
        if labeled {
            add("boundary", "I64", [count], labels.map { Int64($0 ? 1 : 0) }.withUnsafeBytes { Data($0) })
        }
        add("embeddings", "F32", [count, width], embeddings.withUnsafeBytes { Data($0) })
        add("durations", "F32", [count], durations.withUnsafeBytes { Data($0) })
        let text = Data("{\(header.joined(separator: ","))}".utf8)
        var file = Data()
        withUnsafeBytes(of: UInt64(text.count).littleEndian) { file += Data($0) }
        try (file + text + data).write(to: url)
    }

    /// One shot's embedding as a NPY file.
    func numPy(shot: Int) -> Data {
        var header = "{'descr': '<f4', 'fortran_order': False, 'shape': (\(width),), }"
        header += String(repeating: " ", count: 63 - (10 + header.utf8.count) % 64) + "\n"
        var file = Data([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0])
        file += Data([UInt8(header.utf8.count & 255), UInt8(header.utf8.count >> 8)]) + Data(header.utf8)
        return file + embeddings[shot * width..<(shot + 1) * width].withUnsafeBytes { Data($0) }
    }
}
