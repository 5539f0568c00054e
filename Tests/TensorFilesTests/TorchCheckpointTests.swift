import Foundation
import TensorFiles
import Testing

@Suite struct TorchCheckpointTests {
    /// The tensors that `state()` of `make.py` describes: name, shape, elements.
    static let state: [(String, [Int], [Float])] = [
        ("layer.weight", [2, 3], [0, 0.5, 1, 1.5, 2, 2.5]),
        ("layer.bias", [3], [-1, -0.5, 0]),
        ("transposed", [3, 2], [0, 1.5, 0.5, 2, 1, 2.5]),
        ("tail", [2, 2], [1, 1.5, 2, 2.5]),
        ("expanded", [2, 3], [0, 0, 0, 0.5, 0.5, 0.5]),
        ("tied.a", [6], [10, 10.5, 11, 11.5, 12, 12.5]),
        ("tied.b", [6], [10, 10.5, 11, 11.5, 12, 12.5]),
        ("tied.row", [3], [11.5, 12, 12.5]),
        ("half", [3], [0, 0.5, -2]),
        ("brain", [3], [1, -2, .infinity]),
        ("double", [2], [0.25, -.infinity]),
        ("steps", [], [0x1p40]),
        ("flags", [3], [1, 0, 1]),
        ("empty", [0, 4], []),
    ]

    @Test(arguments: [
        ("flat.pt", TorchCheckpoint.Layout.zip, ""), ("lightning.pt", .zip, ""), ("protocol4.pt", .zip, ""),
        ("deflated.pt", .zip, ""), ("legacy.pt", .legacy, ""), ("nested.pt", .zip, "model."),
    ])
    func tensorsHaveTheirElements(name: String, layout: TorchCheckpoint.Layout, prefix: String) throws {
        let checkpoint = try Fixture.checkpoint(name)
        #expect(checkpoint.layout == layout)
        #expect(checkpoint.names == Self.state.map { prefix + $0.0 })
        #expect(checkpoint.tensors.count == Self.state.count)
        for (tensor, shape, elements) in Self.state {
            #expect(checkpoint.tensors[prefix + tensor]?.shape == shape)
            #expect(try checkpoint.floats(prefix + tensor) == elements, "\(tensor)")
        }
        #expect(try checkpoint.integers(prefix + "steps") == [1 << 40])
        #expect(try checkpoint.bytes(prefix + "flags") == [1, 0, 1])
        #expect(checkpoint.tensors[prefix + "brain"]?.elementType == .bfloat16)
        #expect(checkpoint.tiedNames == [["tied.a", "tied.b"].map { prefix + $0 }])
        let keys = ["tied.a", "tied.b", "tied.row"].map { checkpoint.tensors[prefix + $0]?.storageKey }
        #expect(Set(keys).count == 1)
    }

    @Test func lightningKeepsItsScalars() throws {
        let scalars = try Fixture.checkpoint("lightning.pt").scalars
        #expect(
            scalars == [
                "epoch": .int(3), "global_step": .int(70000), "pytorch-lightning_version": .string("1.3.8"),
            ])
    }

    @Test func scriptArchivesAreReadByAttribute() throws {
        let checkpoint = try Fixture.checkpoint("script.pt")
        #expect(checkpoint.layout == .torchScript)
        #expect(checkpoint.names == ["inner.weight", "bias"])
        #expect(try checkpoint.floats("inner.weight") == [0, 0.5, 1, 1.5])
    }

    @Test func untypedStoragesTakeTheTensorsType() throws {
        let checkpoint = try Fixture.checkpoint("untyped.pt")
        #expect(checkpoint.tensors["weight"]?.elementType == .bfloat16)
        #expect(try checkpoint.floats("weight") == [1, -2, 3])
    }

    @Test func wrongNamesAndTypesAreErrors() throws {
        let checkpoint = try Fixture.checkpoint("flat.pt")
        #expect(failure { _ = try checkpoint.floats("nothing") }?.reason == .absent)
        #expect(failure { _ = try checkpoint.integers("half") }?.reason == .unsupported)
        #expect(failure { _ = try TorchCheckpoint(path: Fixture.path("nowhere.pt")) }?.reason == .unreadable)
        #expect(failure { _ = try TorchCheckpoint(path: Fixture.path("hostile")) }?.reason == .unreadable)
    }

    /// Every file of the recorded references equals its safetensors twin bit for bit.
    @Test(.enabled(if: Fixture.parity != nil, "the shared references are absent"))
    func referencesEqualTheirTwins() throws {
        let folder = try #require(Fixture.parity)
        let checkpoint = try TorchCheckpoint(path: folder.appending(path: "tiny_finetune.ckpt").path)
        let twin = try [UInt8](Data(contentsOf: folder.appending(path: "tiny_finetune.safetensors")))
        let length = twin[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try #require(
            JSONSerialization.jsonObject(with: Data(twin[8..<8 + length])) as? [String: [String: Any]])
        var compared = 0
        for (name, fields) in header where name != "__metadata__" {
            let offsets = try #require(fields["data_offsets"] as? [Int])
            #expect(checkpoint.tensors[name]?.shape == fields["shape"] as? [Int], "\(name)")
            #expect(
                try checkpoint.bytes(name)
                    == Array(twin[(8 + length + offsets[0])..<(8 + length + offsets[1])]),
                "\(name)")
            compared += 1
        }
        #expect(compared == checkpoint.names.count && compared > 30)
        #expect(checkpoint.scalars["pytorch-lightning_version"] == .string("1.3.8"))
        #expect(checkpoint.scalars["epoch"] != nil)
    }

    @Test(.enabled(if: Fixture.parity != nil, "the shared references are absent"))
    func theReferencesTiedBiasIsOneTensor() throws {
        let folder = try #require(Fixture.parity)
        let checkpoint = try TorchCheckpoint(path: folder.appending(path: "tiny_pretrain.ckpt").path)
        #expect(
            checkpoint.tiedNames.map { $0.sorted() } == [
                ["loss.head_msm.predictions.bias", "loss.head_msm.predictions.decoder.bias"]
            ])
        for name in checkpoint.names {
            #expect(try checkpoint.bytes(name).count == checkpoint.tensors[name]?.byteCount)
        }
    }
}
