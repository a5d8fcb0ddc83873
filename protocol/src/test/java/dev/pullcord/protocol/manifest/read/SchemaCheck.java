package dev.pullcord.protocol.manifest.read;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.pullcord.protocol.PullcordJson;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The JSON Schema of the manifest, asked as an editor would: over the YAML as a JSON value. */
final class SchemaCheck {
  static final Path ROOT = Path.of(System.getProperty("pullcord.root", ".."));

  static final Path FILE = ROOT.resolve("manifests/schema/pullcord-manifest.schema.json");

  private final Schema schema;

  SchemaCheck() {
    try {
      schema =
          SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
              .getSchema(
                  Files.readString(ROOT.resolve("manifests/schema/pullcord-manifest.schema.json")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the schema says; nothing when the text is no JSON value that it could be asked about. */
  Optional<List<String>> errors(byte[] content) {
    return json(content)
        .map(
            json -> schema.validate(json, InputFormat.JSON).stream().map(Error::toString).toList());
  }

  private static Optional<String> json(byte[] content) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(content)).toString();
      LoadSettings settings = LoadSettings.builder().setSchema(new CoreSchema()).build();
      Object value = new Load(settings).loadFromString(text);
      return Optional.of(PullcordJson.wire().writeValueAsString(value));
    } catch (CharacterCodingException | YamlEngineException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
