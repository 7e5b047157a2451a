"""What the pages show that Streamlit does not have itself."""
