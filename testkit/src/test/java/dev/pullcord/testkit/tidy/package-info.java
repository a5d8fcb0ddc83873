/** Style as a test: rules that hold for every file of the repository, each proven to bite. */
@NullMarked
package dev.pullcord.testkit.tidy;

import org.jspecify.annotations.NullMarked;
