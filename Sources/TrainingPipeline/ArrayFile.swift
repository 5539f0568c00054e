internal import SceneModel
internal import TensorFiles

/// Named arrays of an NPZ or a safetensors file, or the one array of a NPY file.
struct ArrayFile {
    private enum Store {
        case npz(NPZFile)
        case npy(NPYArray)
        case safetensors(SafetensorsFile)
    }

    let path: String
    private let store: Store

    init(path: String) throws(TrainingDataError) {
        self.path = path
        do {
            if path.hasSuffix(".safetensors") {
                store = .safetensors(try SafetensorsFile(path: path))
            } else if path.hasSuffix(".npy") {
                let file = try FileBytes(path: path)
                store = .npy(try NPYArray(file.copy(0..<file.count)))
            } else {
                store = .npz(try NPZFile(path: path))
            }
        } catch let error as TensorFileError {
            throw TrainingDataError(error, path: path)
        } catch let error as ModelFileError {
            throw TrainingDataError(error)
        } catch {
            throw TrainingDataError(.unusable, "\(path): \(error)")
        }
    }

    /// The name of the array of a NPY file.
    static let onlyName = "embeddings"

    var names: [String] {
        switch store {
        case .npz(let file): file.names
        case .npy: [Self.onlyName]
        case .safetensors(let file): file.header.entries.map(\.name)
        }
    }

    /// Shape and values as floats; nil where there is no such array, or it holds no numbers.
    func floats(_ name: String) throws(TrainingDataError) -> (shape: [Int], values: [Float])? {
        guard let array = try array(name) else { return nil }
        return switch array.elements {
        case .float32(let values): (array.shape, values)
        case .float64(let values): (array.shape, values.map { Float($0) })
        case .int64(let values): (array.shape, values.map { Float($0) })
        case .bool, .strings: nil
        }
    }

    /// Shape and values as doubles; nil where there is no such array, or it holds no numbers.
    func doubles(_ name: String) throws(TrainingDataError) -> (shape: [Int], values: [Double])? {
        guard let array = try array(name) else { return nil }
        return switch array.elements {
        case .float32(let values): (array.shape, values.map { Double($0) })
        case .float64(let values): (array.shape, values)
        case .int64(let values): (array.shape, values.map { Double($0) })
        case .bool(let values): (array.shape, values.map { $0 ? 1 : 0 })
        case .strings: nil
        }
    }

    private func array(_ name: String) throws(TrainingDataError) -> NPYArray? {
        guard names.contains(name) else { return nil }
        do {
            switch store {
            case .npz(let file): return try file.array(name)
            case .npy(let array): return array
            case .safetensors(let file):
                guard let entry = file.entry(name) else { return nil }
                switch entry.type {
                case .float16, .bfloat16, .float32, .float64:
                    return NPYArray(shape: entry.shape, .float32(try file.floats(name)))
                default: return NPYArray(shape: entry.shape, .int64(try file.integers(name)))
                }
            }
        } catch let error as TensorFileError {
            throw TrainingDataError(error, path: path)
        } catch let error as ModelFileError {
            throw TrainingDataError(error)
        } catch {
            throw TrainingDataError(.unusable, "\(path): \(error)")
        }
    }
}
