/** The packaged server tells people of what happens, also when it is killed meanwhile. */
@NullMarked
package dev.pullcord.systemtests.alerts;

import org.jspecify.annotations.NullMarked;
