package dev.pullcord.protocol.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pullcord.protocol.manifest.PythonSpec;
import java.util.List;
import org.junit.jupiter.api.Test;

class VenvInputsTest {
  @Test
  void aVenvIsMadeOfTheRequirementsAndTheWheelsAlone() {
    PythonSpec spec = new PythonSpec("requirements.txt", "wheels");
    ReleaseFile requirements = file("requirements.txt", "a");
    ReleaseFile wheel = file("wheels/x.whl", "b");
    String inputs = VenvInputs.hash(spec, List.of(requirements, wheel));

    assertThat(VenvInputs.hash(spec, List.of(wheel, file("tasks/a", "c"), requirements)))
        .isEqualTo(inputs);
    assertThat(VenvInputs.hash(spec, List.of(requirements, file("wheels/x.whl", "d"))))
        .isNotEqualTo(inputs);
    assertThat(VenvInputs.hash(spec, List.of(file("requirements.txt", "d"), wheel)))
        .isNotEqualTo(inputs);
    assertThat(VenvInputs.hash(spec, List.of(requirements))).isNotEqualTo(inputs);
    assertThat(
            VenvInputs.hash(new PythonSpec("requirements.txt", null), List.of(requirements, wheel)))
        .isNotEqualTo(VenvInputs.hash(spec, List.of(requirements)));
  }

  private static ReleaseFile file(String path, String id) {
    return new ReleaseFile(path, "100644", id.repeat(40));
  }
}
