package dev.pullcord.server.dashboard.action;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pullcord.protocol.action.RunView;
import dev.pullcord.server.refusal.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The form that starts an action: what it asks for, and the same as a command. */
class ActionFormTest {
  private static ActionForm form(String names, String selector, String values) {
    return new ActionForm("clear_cache", names, selector, values, "", "");
  }

  private static void refused(ActionForm form, String field, String words) {
    assertThatThrownBy(form::request)
        .isInstanceOfSatisfying(Refusal.class, no -> assertThat(no.field()).hasToString(field))
        .hasMessageContaining(words);
  }

  @Test
  void namesMayStandWithSpacesCommasAndTwice() {
    RunView.Request request = form("a, b\n a,,c", "", "").request();

    assertThat(request.nodes()).containsExactly("a", "b", "c");
    assertThat(request.selector()).isNull();
  }

  @Test
  void aValueKeepsWhatStandsBehindItsFirstEqualsSign() {
    RunView.Request request = form("a", "", " days=7 \n\n where=x=y z\nempty=").request();

    assertThat(request.parameters()).isEqualTo(Map.of("days", "7", "where", "x=y z", "empty", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"days", "=7", "days 7"})
  void aValueWithoutANameIsRefusedAsItWasTyped(String values) {
    refused(form("a", "", values), "values", values);
  }

  @Test
  void nodesAreNamedOrSelectedAndNotBoth() {
    refused(form("", "", ""), "nodes", "which nodes?");
    refused(form("a", "dc=ams", ""), "nodes", "not both");
    assertThat(form("", "dc=ams", "").request().nodes()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "2 nodes", "1e3", "12345678"})
  void howManyMayFailIsANumber(String typed) {
    refused(new ActionForm("a", "n", "", "", "", typed), "stopAfter", "a number is expected");
  }

  @Test
  void whatIsLeftEmptyIsNotAskedFor() {
    RunView.Request request = form("a", "", "").request();

    assertThat(request.batch()).isNull();
    assertThat(request.stopAfter()).isNull();
    assertThat(Objects.requireNonNull(request.parameters())).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | '' | pullcord run clear_cache a b",
        "25% | 2 | pullcord run clear_cache a b --batch 25% --stop-after 2",
      })
  void theCommandIsWhatOneWouldType(String batch, String stopAfter, String command) {
    ActionForm form = new ActionForm("clear_cache", "a b", "", "", batch, stopAfter);

    assertThat(form.command(List.of("a", "b"))).isEqualTo(command);
  }

  @Test
  void aValueIsOneWordOfTheShellWhateverItHolds() {
    assertThat(form("", "dc=ams", "where=x; rm -rf /\nday='1'").command(List.of()))
        .isEqualTo("pullcord run clear_cache -l dc=ams 'where=x; rm -rf /' 'day='\\''1'\\'''");
  }
}
