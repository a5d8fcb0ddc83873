/** Looks for secrets wherever a running fleet shows or keeps anything. */
@NullMarked
package dev.pullcord.systemtests.secrets;

import org.jspecify.annotations.NullMarked;
