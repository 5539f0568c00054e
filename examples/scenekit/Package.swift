// swift-tools-version: 6.2
import PackageDescription

// Your own package names a release instead of a path:
//     .package(url: "https://.../scened.git", from: "0.1.0")
let package = Package(
    name: "SceneList",
    dependencies: [.package(name: "scened", path: "../..")],
    targets: [
        .executableTarget(name: "SceneList", dependencies: [.product(name: "SceneKit", package: "scened")])
    ],
    swiftLanguageModes: [.v6]
)
