internal import Digests
internal import TensorFiles
internal import TensorKernels

/// Weights as others store them: a PyTorch checkpoint or a safetensors file.
struct CheckpointSource {
    private enum Storage {
        case torch(TorchCheckpoint)
        case safetensors(SafetensorsFile)
    }

    let path: String
    /// In the order of the file.
    let names: [String]
    private let storage: Storage

    /// Opens the file; what it is, its first bytes say.
    init(path: String) throws(ModelFileError) {
        self.path = path
        guard !Self.beginsAsSafetensors(path) else {
            let file = try SafetensorsFile(path: path)
            storage = .safetensors(file)
            names = file.header.entries.map(\.name)
            return
        }
        do {
            let checkpoint = try TorchCheckpoint(path: path)
            storage = .torch(checkpoint)
            names = checkpoint.names
        } catch {
            throw ModelFileError(error, path: path)
        }
    }

    /// `scened.*` entries that the file has already.
    var metadata: [String: String] {
        if case .safetensors(let file) = storage { file.metadata } else { [:] }
    }

    /// SHA-256 of the whole file, hexadecimal.
    func digest() throws(ModelFileError) -> String {
        do {
            let file = try MappedFile(path: path)
            return file.withBytes(in: 0..<file.count) { SHA256.digest(of: $0) }
        } catch {
            throw ModelFileError(
                .unreadable, path: path, detail: "the file went away", remedy: "start again")
        }
    }

    func shape(_ name: String) -> [Int] {
        switch storage {
        case .torch(let checkpoint): checkpoint.tensors[name]?.shape ?? []
        case .safetensors(let file): file.entry(name)?.shape ?? []
        }
    }

    /// Copies a tensor: floating ones as F32, whole numbers as I64.
    func copy(_ name: String, to writer: inout SafetensorsWriter, as stored: String) throws(ModelFileError) {
        switch storage {
        case .torch(let checkpoint):
            do {
                switch checkpoint.tensors[name]?.elementType {
                case .float16, .bfloat16, .float32, .float64:
                    writer.add(stored, shape: shape(name), floats: try checkpoint.floats(name))
                default: writer.add(stored, shape: shape(name), integers: try checkpoint.integers(name))
                }
            } catch {
                throw ModelFileError(error, path: path)
            }
        case .safetensors(let file):
            switch file.entry(name)?.type {
            case .float16, .bfloat16, .float32, .float64:
                writer.add(stored, shape: shape(name), floats: try file.floats(name))
            default: writer.add(stored, shape: shape(name), integers: try file.integers(name))
            }
        }
    }

    /// The length of a header below 2^56, then a brace. Of a file too short for that its name tells.
    private static func beginsAsSafetensors(_ path: String) -> Bool {
        let isNamed = path.hasSuffix(".safetensors")
        let file: MappedFile
        do {
            file = try MappedFile(path: path)
        } catch {
            return isNamed && error == .empty
        }
        guard file.count >= 9 else { return isNamed }
        return file.withBytes(in: 0..<9) { $0[7] == 0 && $0[8] == UInt8(ascii: "{") }
    }
}
