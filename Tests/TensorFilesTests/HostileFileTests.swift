import Foundation
import TensorFiles
import Testing

/// Files that want to run code, or to exhaust memory, stack or patience.
@Suite struct HostileFileTests {
    /// File, reason, and what the message must name.
    static let refusals: [(String, TensorFileError.Reason, String)] = [
        ("os_system", .refused, "wants to call posix.system; nothing was run"),
        ("os_system_protocol4", .refused, "wants to call posix.system; nothing was run"),
        ("eval", .refused, "wants to call __builtin__.eval; nothing was run"),
        ("inst", .refused, "wants to call os.system; nothing was run"),
        ("obj", .refused, "wants to call os.system; nothing was run"),
        ("module_traversal", .refused, "torch.os.system"),
        ("control_characters", .refused, "wants to call os?[2J.sys?tem"),
        ("long_global", .refused, "aaa..."),
        ("extension", .refused, "outside itself"),
        ("call_storage_type", .refused, "storage class"),
        ("call_string", .damaged, "it calls what is not a name"),
        ("legacy_attack", .refused, "wants to call posix.system; nothing was run"),
        ("recursion", .tooLarge, "nests too deeply"),
        ("nested_lists", .absent, "no tensors"),
        ("cycle", .tooLarge, "nest or repeat"),
        ("memo", .tooLarge, "memo"),
        ("copies", .tooLarge, "over and over"),
        ("huge_string", .damaged, "ends early"),
        ("huge_unicode", .damaged, "ends early"),
        ("huge_long", .damaged, "ends early"),
        ("huge_memo_index", .damaged, "never stored"),
        ("huge_shape", .damaged, "does not fit"),
        ("huge_stride", .damaged, "does not fit"),
        ("expanded_bomb", .damaged, "does not fit"),
        ("negative_stride", .damaged, "does not fit"),
        ("negative_offset", .damaged, "does not fit"),
        ("beyond_storage", .damaged, "does not fit"),
        ("short_storage", .damaged, "shorter than the tensor"),
        ("missing_storage", .damaged, "is missing"),
        ("big_endian", .unsupported, "big-endian"),
        ("duplicate_name", .damaged, "two tensors are named \"a.b\""),
        ("no_tensors", .absent, "no tensors"),
        ("stack_underflow", .damaged, "not there"),
        ("left_over", .damaged, "left over"),
        ("unknown_opcode", .damaged, "unknown opcode 255"),
        ("empty_pickle", .damaged, "ends early"),
        ("truncated_pickle", .damaged, "pickle is not sound"),
        ("two_roots", .otherFormat, "no PyTorch checkpoint"),
        ("renamed_root", .refused, "\"renamed/data/0\" beside the checkpoint's folder"),
        ("extra_member", .refused, "\"archive.pth\" beside the checkpoint's folder"),
        ("no_pickle", .otherFormat, "no PyTorch checkpoint"),
        ("inflate_bomb", .tooLarge, "inflate"),
        ("truncated", .damaged, "does not end as a zip"),
        ("duplicate_entry", .damaged, "two entries named"),
        ("overlap", .damaged, "overlap"),
        ("entry_count", .damaged, "directory is not where"),
        ("size_beyond_file", .damaged, "longer than the archive"),
        ("offset_beyond_file", .damaged, "outside the archive"),
        ("encrypted", .unsupported, "encrypted"),
        ("zip64_locator", .damaged, "absurd"),
        ("plain_pickle", .otherFormat, "plain pickle"),
        ("tar", .unsupported, "tar"),
        ("text", .otherFormat, "not a PyTorch checkpoint"),
        ("empty", .otherFormat, "not a PyTorch checkpoint"),
        ("legacy_short", .damaged, "cut short"),
    ]

    /// What every attack of the fixtures would create in the working directory.
    static let marker = "scened-pickle-was-run"

    @Test(arguments: refusals)
    func refused(name: String, reason: TensorFileError.Reason, text: String) throws {
        let error = try #require(failure { _ = try Fixture.checkpoint("hostile/\(name).pt") })
        #expect(error.reason == reason, "\(error)")
        #expect(error.description.contains(text), "\(error)")
        #expect(isOneLine(error), "\(error)")
        #expect(!FileManager.default.fileExists(atPath: Self.marker))
    }

    @Test func everyHostileFileIsInTheTable() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: Fixture.path("hostile"))
        let names = files.filter { $0.hasSuffix(".pt") }.map { String($0.dropLast(3)) }
        #expect(Set(names) == Set(Self.refusals.map(\.0)).union(["wrong_checksum"]))
    }

    /// The one flaw that shows only when the storage is read.
    @Test func aWrongChecksumIsFoundOnReading() throws {
        let checkpoint = try Fixture.checkpoint("hostile/wrong_checksum.pt")
        let error = try #require(failure { _ = try checkpoint.floats("weight") })
        #expect(error.reason == .damaged && error.description.contains("checksum"))
        // Nor is it accepted at the second attempt.
        #expect(failure { _ = try checkpoint.floats("weight") } == error)
    }

    /// The attacks do act when they are really run: otherwise the marker would prove nothing.
    @Test(.enabled(if: Fixture.hasNumPy, "python3 with NumPy is absent"))
    func theAttacksAreReal() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "scened-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["os_system", "eval", "inst", "obj"] {
            let printed = try Fixture.python(
                """
                import os, pickle, sys, zipfile
                os.chdir(sys.argv[2])
                data = zipfile.ZipFile(sys.argv[1]).read("archive/data.pkl")
                class Reader(pickle.Unpickler):
                    def persistent_load(self, value): return None
                    def find_class(self, module, name):
                        return super().find_class(module, name) if not module.startswith("torch") else (lambda *_: None)
                import io
                Reader(io.BytesIO(data)).load()
                print(os.path.exists("\(Self.marker)"))
                os.remove("\(Self.marker)")
                """, Fixture.path("hostile/\(name).pt"), folder.path)
            #expect(printed == "True\n", "\(name)")
        }
    }

    @Test func limitsAreTheCallersToLower() throws {
        let file = try FileBytes(path: Fixture.path("flat.pt"))
        var pickle = PickleReader.Limits()
        pickle.opcodeCount = 100
        #expect(failure { _ = try TorchCheckpoint(file, pickleLimits: pickle) }?.reason == .tooLarge)
        pickle = .init()
        pickle.byteCount = 1000
        #expect(failure { _ = try TorchCheckpoint(file, pickleLimits: pickle) }?.reason == .tooLarge)
        pickle = .init()
        pickle.stackCount = 8
        #expect(failure { _ = try TorchCheckpoint(file, pickleLimits: pickle) }?.reason == .tooLarge)
        pickle = .init()
        pickle.textBytes = 8
        #expect(failure { _ = try TorchCheckpoint(file, pickleLimits: pickle) }?.reason == .tooLarge)
        var zip = ZipArchive.Limits()
        zip.entryCount = 5
        #expect(failure { _ = try TorchCheckpoint(file, zipLimits: zip) }?.reason == .tooLarge)
        zip = .init()
        zip.directoryBytes = 100
        #expect(failure { _ = try TorchCheckpoint(file, zipLimits: zip) }?.reason == .tooLarge)
        zip = .init()
        zip.inflatedBytes = 100
        let deflated = try FileBytes(path: Fixture.path("deflated.pt"))
        #expect(failure { _ = try TorchCheckpoint(deflated, zipLimits: zip) }?.reason == .tooLarge)
    }
}
